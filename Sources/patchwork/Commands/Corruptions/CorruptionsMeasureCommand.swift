import ArgumentParser
import Datasets
import Distortions
import Models
import Probes
import Silhouettes
import Studies

/// `patchwork corruptions measure`
struct CorruptionsMeasureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Measure errors for each type and severity, and the mean corruption error.",
    discussion: """
      With --baseline: for each type the errors at all severities added up, over the baseline's, and the mean of \
      that over the fifteen types in per cent (mCE); relative mCE takes each network's clean error off first. Both \
      are over the pictures that the two networks answered. A picture's randomness follows from --seed and its path \
      in the corpus, so all networks see the same.

      Example:
        patchwork corruptions --model alexnet/imagenette resnet50/imagenette \\
          --corpus imagenette/val --baseline alexnet/imagenette --study study.sqlite
      """)

  @OptionGroup var models: ModelOptions
  @OptionGroup var corpus: CorpusOptions
  @OptionGroup var corruptions: CorruptionOptions

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("One or more severities, 1 to 5 (default: all).", valueName: "severity"),
    transform: WholeNumber.in(1...5))
  var severities: [Int] = []

  @Option(
    name: .long,
    help:
      "The network whose errors are 100 %; asked as well when it is not among --model (AlexNet in the paper)."
  )
  var baseline: String?

  @OptionGroup var study: StudyOption
  @OptionGroup var common: CommonOptions

  private var kinds: [DistortionKind] {
    let asked = severities.isEmpty ? Corruption.severities : Set(severities).sorted()
    return [Corruption.clean] + corruptions.corruptions.map { $0.kind(asked) }
  }

  func run() throws {
    var models = try self.models.load()
    let baseline = try self.baseline.map(ModelLoader.load)
    if let baseline, !models.contains(where: { $0.card.name == baseline.card.name }) {
      models.insert(baseline, at: 0)
    }
    let folder = try ImageFolder(named: corpus.corpus)
    let recorder = Recorder(study: try study.open(), common: common)
    let results = try models.map { try ask($0, about: folder, baseline?.card.name, recorder) }
    let reference = results.first { $0.model == baseline?.card.name }
    if common.json {
      return try Output.json(
        Document(
          baseline: Nullable(reference?.model),
          models: zip(results, models).map { result, model in
            CorruptionsDocument(
              result, curves: result.curves, errors: CorruptionErrors(result), baseline: reference?.model,
              comparison: reference.flatMap { CorruptionComparison(result, against: $0) },
              classes: model.card.classes.count)
          }))
    }
    for (place, result) in results.enumerated() {
      if place > 0 { try Output.line() }
      try Output.table(table(result))
    }
    if !results.isEmpty {
      try Output.line()
      try Output.table(summary(results, against: reference))
    }
  }

  private struct Document: Encodable {
    let baseline: Nullable<String>
    let models: [CorruptionsDocument]
  }

  private func ask(
    _ model: LoadedModel, about folder: ImageFolder, _ baseline: String?, _ recorder: Recorder
  ) throws -> DistortionResult {
    let card = model.card
    let images = try CorpusImages(folder, for: card, limit: corpus.limit.limit, workers: common.workers)
    images.reportUnmatched(for: card, quiet: common.quiet)
    let kinds = self.kinds
    let conditions = DistortionConditions(kinds)
    let probe = DistortionProbe(
      classifier: model.classifier, kinds: kinds, seed: common.seed, batchSize: model.batchSize)
    var options = [
      "corpus": corpus.corpus, "limit": corpus.limit.text, RunDescription.conditionsOption: conditions.text,
    ]
    options[RunDescription.baselineOption] = baseline
    return try recorder.probe(
      model, .corruptions, unit: "images", count: images.count, pictures: images, options: options,
      skipped: \.skipped
    ) { earlier, skipped, commit in
      try probe.run(
        on: images,
        after: DistortionResult(
          model: card.name, conditions: conditions, answers: earlier, skipped: skipped),
        workers: common.workers, commit: commit)
    }.result
  }

  /// One network's accuracy: a row a type, a column a severity.
  private func table(_ result: DistortionResult) -> Table {
    let curves = result.curves
    let severities = curves.last?.points.map { "\(Int($0.level))" } ?? []
    var table = Table(["\(result.model): accuracy by severity"] + severities)
    for curve in curves {
      table.add([curve.kind] + curve.points.map { percent($0.correct, of: curve.count) })
    }
    return table
  }

  private func summary(_ results: [DistortionResult], against baseline: DistortionResult?) -> Table {
    var header = ["network", "images", "clean error", "mean error"]
    if let baseline { header += ["mCE against \(baseline.model)", "relative mCE", "types"] }
    var table = Table(header)
    func text(_ share: Double?) -> String { share.map { format("%.1f %%", 100 * $0) } ?? "–" }
    for result in results {
      let errors = CorruptionErrors(result)
      var row = [result.model, "\(result.count)", text(errors?.clean), text(errors?.mean)]
      if let baseline {
        let comparison = CorruptionComparison(result, against: baseline)
        row += [
          text(comparison?.mean), text(comparison?.relativeMean),
          comparison.map { "\($0.benchmarkTypes) of \(Corruption.benchmark.count)" } ?? "–",
        ]
      }
      table.add(row)
    }
    return table
  }
}
