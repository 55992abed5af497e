import ArgumentParser
import Datasets
import Distortions
import Models
import Probes
import Silhouettes
import Studies

/// `patchwork distortions`
struct DistortionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "distortions",
    abstract: "Measure accuracy against the strength of noise, blur and reduced contrast.",
    discussion: """
      Every picture is shown grey and distorted at eight levels of each kind, by the definitions of Geirhos et \
      al. 2018: uniform noise of width 0 to 0.9 at a contrast of 0.3; a Gaussian low-pass filter whose standard \
      deviation, 0 to 40, counts pixels of the network's input; contrast from 1 down to 0.01. A picture's noise \
      follows from --seed and its path in the corpus, so all networks see the same.

      Example:
        patchwork distortions --model resnet50.json resnet50-shape.json \\
          --corpus imagenette/val --study study.sqlite
      """)

  @OptionGroup var models: ModelOptions
  @OptionGroup var corpus: CorpusOptions

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "One or more kinds of distortion (default: noise, low-pass and contrast).", valueName: "kind"))
  var kind: [DistortionKind] = []

  @OptionGroup var study: StudyOption
  @OptionGroup var common: CommonOptions

  /// The kinds asked for, in the catalogue's order.
  private var kinds: [DistortionKind] {
    kind.isEmpty ? DistortionKind.usual : DistortionKind.catalogue.filter(kind.contains)
  }

  func run() throws {
    let models = try self.models.load()
    let folder = try ImageFolder(named: corpus.corpus)
    let recorder = Recorder(study: try study.open(), common: common)
    let results = try models.map { try ask($0, about: folder, recorder) }
    if common.json {
      return try Output.json([
        "models": zip(results, models).map { result, model in
          DistortionsDocument(result, curves: result.curves, classes: model.card.classes.count)
        }
      ])
    }
    for (place, kind) in kinds.enumerated() {
      if place > 0 { try Output.line() }
      try Output.table(table(kind, results))
    }
  }

  private func ask(
    _ model: LoadedModel, about folder: ImageFolder, _ recorder: Recorder
  ) throws -> DistortionResult {
    let card = model.card
    let images = try CorpusImages(folder, for: card, limit: corpus.limit.limit, workers: common.workers)
    images.reportUnmatched(for: card, quiet: common.quiet)
    let conditions = DistortionConditions(kinds)
    let probe = DistortionProbe(
      classifier: model.classifier, kinds: kinds, seed: common.seed, batchSize: model.batchSize)
    return try recorder.probe(
      model, .distortions, unit: "images", count: images.count, pictures: images,
      options: [
        "corpus": corpus.corpus, "limit": corpus.limit.text,
        RunDescription.conditionsOption: conditions.text,
      ], skipped: \.skipped
    ) { earlier, skipped, commit in
      try probe.run(
        on: images,
        after: DistortionResult(
          model: card.name, conditions: conditions, answers: earlier, skipped: skipped),
        workers: common.workers, commit: commit)
    }.result
  }

  /// One kind's accuracy: a row a network, a column a level.
  private func table(_ kind: DistortionKind, _ results: [DistortionResult]) -> Table {
    var table = Table(
      ["\(kind.title.lowercased()): \(kind.levelName)", "images"] + kind.levels.map(kind.label))
    for result in results {
      guard let curve = result.curves.first(where: { $0.kind == kind.name }) else { continue }
      table.add(
        [result.model, "\(curve.count)"] + curve.points.map { percent($0.correct, of: curve.count) })
    }
    return table
  }
}

extension DistortionKind: ExpressibleByArgument {
  public init?(argument: String) {
    guard let kind = DistortionKind.named(argument) else { return nil }
    self = kind
  }

  public static var allValueStrings: [String] { catalogue.map(\.name) }
  public var defaultValueDescription: String { name }
}
