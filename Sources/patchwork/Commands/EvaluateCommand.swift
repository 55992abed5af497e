import ArgumentParser
import Datasets
import Models
import Probes
import Silhouettes
import Studies

/// `patchwork evaluate`
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure clean accuracy with 95 % intervals.",
    discussion: """
      Class folders whose name is none of a network's classes are left out and reported; pictures that cannot \
      be read are skipped, counted and listed.

      Example:
        patchwork evaluate --model bagnet17.json resnet50.json \\
          --corpus imagenette/val --study study.sqlite
      """)

  @OptionGroup var models: ModelOptions
  @OptionGroup var corpus: CorpusOptions
  @OptionGroup var study: StudyOption
  @OptionGroup var common: CommonOptions

  func run() throws {
    let models = try self.models.load()
    let folder = try ImageFolder(named: corpus.corpus)
    let recorder = Recorder(study: try study.open(), common: common)
    let results = try models.map { try evaluate($0, on: folder, recorder) }
    if common.json { return try Output.json(["models": results.map(AccuracyDocument.init)]) }
    var table = Table(["network", "images", "top-1", "95 % interval", "top-5", "skipped"])
    for result in results {
      let interval = WilsonInterval(successes: result.top1Correct, of: result.count)
      table.add([
        result.model, "\(result.count)", percent(result.top1Correct, of: result.count),
        interval.map { format("%.1f…%.1f %%", 100 * $0.lower, 100 * $0.upper) } ?? "–",
        percent(result.top5Correct, of: result.count), "\(result.skipped.count)",
      ])
    }
    try Output.table(table)
  }

  private func evaluate(
    _ model: LoadedModel, on folder: ImageFolder, _ recorder: Recorder
  ) throws -> AccuracyResult {
    let images = try CorpusImages(folder, for: model.card, limit: corpus.limit.limit, workers: common.workers)
    images.reportUnmatched(for: model.card, quiet: common.quiet)
    let probe = AccuracyProbe(classifier: model.classifier, batchSize: model.batchSize)
    return try recorder.probe(
      model, .accuracy, unit: "images", count: images.count, pictures: images,
      options: ["corpus": corpus.corpus, "limit": corpus.limit.text], skipped: \.skipped
    ) { earlier, skipped, commit in
      try probe.run(
        on: images, after: AccuracyResult(model: model.card.name, answers: earlier, skipped: skipped),
        workers: common.workers, commit: commit)
    }.result
  }
}
