import ArgumentParser
import Datasets
import Files
import Foundation
import Imaging
import Models
import Probes
import Silhouettes
import Tensors

/// `patchwork words`
struct WordsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "words", abstract: "Show which visual words speak for which class.",
    discussion: """
      For a bag_of_features. Writes a PNG for each class: a row for each of its strongest words, and in it the \
      patches of the corpus that lie nearest to the word, each of another picture. A word is as strong as the \
      class' logit rises above the classes' mean when the word's share of a picture rises by one deviation over \
      the corpus' pictures. words.json beside the PNGs holds the same in numbers.

      Example:
        patchwork words --model bag.safetensors --corpus imagenette/val --out words
      """)

  @Option(name: .long, help: "A bag_of_features: a self-describing safetensors or a model card.")
  var model: String

  @OptionGroup var corpus: CorpusOptions

  @Option(name: .long, help: "Words for each class.", transform: WholeNumber.in(1...1000))
  var words = 8

  @Option(name: .long, help: "Patches for each word.", transform: WholeNumber.in(1...100))
  var examples = 12

  @Option(name: .long, help: "The folder to write the PNGs and words.json to.")
  var out: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    let loaded = try ModelLoader.load(model)
    let card = loaded.card
    let probe = try WordProbe(loaded, batchSize: loaded.batchSize)
    let folder = try ImageFolder(named: corpus.corpus)
    let images = try CorpusImages(folder, for: card, limit: corpus.limit.limit, workers: common.workers)
    images.reportUnmatched(for: card, quiet: common.quiet)
    let progress = Progress(card.name, unit: "images", total: images.count, isQuiet: common.quiet)
    let result = try probe.run(
      on: images, words: words, examples: examples, workers: common.workers
    ) { done, _ in progress.update(done) }
    progress.finish()
    result.skipped.report(quiet: common.quiet)
    let sheets = card.classes.indices.map { ClassFile.name(of: card.classes[$0], at: $0) }
    let document = WordsDocument(result, card: card, images: images, sheets: sheets)
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var files = [(data: try encoder.encode(document), path: "\(out)/words.json")]
    for (label, sheet) in sheets.enumerated() {
      files.append((try drawing(of: result, class: label, images).pngData(), "\(out)/\(sheet)"))
    }
    try AtomicFile.withFolder(out) { try AtomicFile.write(files) }
    if common.json { return try Output.json(document) }
    for (label, sheet) in sheets.enumerated() {
      let strongest = result.classes[label].prefix(5).map { "\($0.index) (\(format("%+.2f", $0.weight)))" }
      try Output.line("\(card.displayName(ofClass: label)): words \(strongest.joined(separator: ", "))")
      try Output.line("  \(out)/\(sheet)")
    }
  }

  private func drawing(
    of result: WordProbe.Result, class label: Int, _ images: CorpusImages
  ) throws -> Picture {
    var known: [Int: Tensor] = [:]
    let sheet = try WordSheet(result.classes[label], patch: result.patch, columns: examples) { index in
      if let picture = known[index] { return picture }
      let batch = try images.images(at: [index])
      let picture = batch.reshaped(to: Shape(Array(batch.shape.dimensions.dropFirst())))
      known[index] = picture
      return picture
    }
    return Picture(sheet.pixels)
  }
}

/// What `words` says of one network.
struct WordsDocument: Encodable {
  struct Example: Encodable {
    let image: String
    /// The patch's left top pixel in the prepared picture.
    let x, y: Int
    let distance: Float
  }

  struct Word: Encodable {
    let word: Int
    let weight: Double
    let logitWeight: Float
    let shareInClass: Nullable<Double>
    let share: Double
    let examples: [Example]
  }

  struct ClassWords: Encodable {
    let `class`: String
    let className: String
    let sheet: String
    let words: [Word]
  }

  let model: String
  let n: Int
  let patch: Int
  let classes: [ClassWords]
  let skipped: Int
  let skippedImages: [SkippedImage]

  init(_ result: WordProbe.Result, card: ModelCard, images: CorpusImages, sheets: [String]) {
    model = card.name
    n = result.count
    patch = result.patch
    classes = result.classes.enumerated().map { label, words in
      ClassWords(
        class: card.classes[label], className: card.displayName(ofClass: label), sheet: sheets[label],
        words: words.map { word in
          Word(
            word: word.index, weight: word.weight, logitWeight: word.logitWeight,
            shareInClass: Nullable(word.shareInClass), share: word.share,
            examples: word.examples.map {
              Example(
                image: images.name(at: $0.picture), x: $0.left, y: $0.top, distance: $0.distance)
            })
        })
    }
    skipped = result.skipped.count
    skippedImages = result.skipped
  }
}
