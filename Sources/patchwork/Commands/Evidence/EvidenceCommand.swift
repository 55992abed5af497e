import ArgumentParser
import Datasets
import Files
import Foundation
import Imaging
import Models
import Probes
import Silhouettes
import Studies
import Tensors

/// `patchwork evidence`
struct EvidenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence", abstract: "Show the patches of a corpus with the most evidence for each class.",
    discussion: """
      For a BagNet or a bag_of_features, whose logit is the mean of the logits of small squares of pixels. For each \
      class two sides: telling patches come from pictures of the class, distractors from pictures of every other \
      class (Brendel & Bethge 2019). A picture gives a class its strongest patch at the network's own stride, so none \
      shows twice on a side; and of patches whose pixels differ by at most 8 levels of 255 (root of the mean square) \
      the strongest alone stays.

      Writes to the folder a PNG for each class, the strongest on the left: telling patches in orange frames, the \
      pictures that they come from, distractors in blue frames, their pictures. classes.png has all classes, a row \
      each, telling patches on the left; evidence.json and evidence.csv hold names, places and logits. Whole is false \
      in evidence.json where so many strong patches look alike that weaker ones were not held.

      Examples:
        patchwork evidence --model bagnet17/imagenette \\
          --corpus imagenette/val --out evidence
        patchwork evidence --model bagnet9/silhouettes --class cat dog \\
          --corpus silhouettes:congruent,count=400,seed=3 --out evidence
      """)

  @Option(name: .long, help: "A name from 'patchwork models', a model card or a self-describing safetensors.")
  var model: String

  @OptionGroup var corpus: CorpusOptions

  @Option(
    name: .customLong("class"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Classes by identifier or name (default: every class of which the corpus has pictures).",
      valueName: "class"))
  var classNames: [String] = []

  @Option(
    name: .long, help: "Patches on each side of a class (default: 8).", transform: WholeNumber.in(1...100))
  var patches: Int = 8

  @Option(name: .long, help: "The folder to write to.")
  var out: String

  @OptionGroup var study: StudyOption
  @OptionGroup var common: CommonOptions

  func run() throws {
    let loaded = try ModelLoader.load(model)
    let card = loaded.card
    let local = try loaded.local()
    let given = try classNames.map { try card.requireIndex(ofClass: $0) }
    let folder = try ImageFolder(named: corpus.corpus)
    let images = try CorpusImages(folder, for: card, limit: corpus.limit.limit, workers: common.workers)
    images.reportUnmatched(for: card, quiet: common.quiet)
    let held = (0..<images.count).map(images.label(at:))
    let question = EvidencePatchQuestion(
      classes: Set(given.isEmpty ? held : given).sorted(), patches: patches)
    let probe = try EvidencePatchProbe(classifier: local, question: question, batchSize: loaded.batchSize)
    let recorder = Recorder(study: try study.open(), common: common)
    let result = try recorder.probe(
      loaded, .evidencePatches, unit: "images", count: images.count, pictures: images,
      options: [
        "corpus": corpus.corpus, "limit": corpus.limit.text,
        RunDescription.questionOption: try RunDescription.option(for: question),
      ], skipped: \.skipped
    ) { earlier, skipped, commit in
      try probe.run(on: images, after: earlier, skipped: skipped, workers: common.workers, commit: commit)
    }.result
    let document = EvidenceDocument(result, card: card, stride: local.receptiveField.stride)
    try write(result, document, images)
    if common.json { return try Output.json(document) }
    for entry in document.classes { try Output.line(entry.sentence(in: out)) }
    try Output.line("all classes: \(out)/\(document.sheet)")
  }

  /// Writes all files, or none.
  private func write(
    _ result: EvidencePatchResult, _ document: EvidenceDocument, _ images: CorpusImages
  ) throws {
    let places = Dictionary((0..<images.count).map { (images.name(at: $0), $0) }) { first, _ in first }
    func entries(_ strongest: EvidencePatchResult.Strongest) throws -> [EvidenceSheet.Entry] {
      try strongest.patches.compactMap { patch in
        guard let place = places[patch.image] else { return nil }
        let picture = try images.images(at: [place])
        let shape = Shape(Array(picture.shape.dimensions.dropFirst()))
        return EvidenceSheet.Entry(patch: patch, photograph: Picture(picture.reshaped(to: shape)))
      }
    }
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var files = [
      (data: try encoder.encode(document), path: "\(out)/evidence.json"),
      (Data(document.table.utf8), "\(out)/evidence.csv"),
      (
        try EvidenceOverview(result.classes, columns: patches).picture.pngData(),
        "\(out)/\(document.sheet)"
      ),
    ]
    for (entry, shown) in zip(result.classes, document.classes) {
      let sheet = try EvidenceSheet(
        telling: entries(entry.telling), distractors: entries(entry.distractors), columns: patches)
      files.append((try sheet.picture.pngData(), "\(out)/\(shown.sheet)"))
    }
    try AtomicFile.withFolder(out) { try AtomicFile.write(files) }
  }
}
