import ArgumentParser
import Datasets
import Models
import Probes
import Silhouettes
import Studies

/// `patchwork attribution`
struct AttributionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attribution", abstract: "Score attribution methods against what moves the network.",
    discussion: """
      Explained is the class that a network answers to each clean picture. Patches of 8 px are ranked by each map \
      and masked with the network's mean colour. Deletion: the mean probability of the class while the highest \
      ranked go first (lower is better); insertion: while they come first (higher is better). Sensitivity-n: the \
      correlation between the map's sum over random sets of patches and the fall of the logit when they are \
      masked. On a BagNet the Shapley values of its cells are the cells' own shares of the logit; each map is \
      pooled to cells, every pixel's value divided evenly among the cells that see it, and compared with them. \
      The random ranking is the floor; the evidence map, spread over pixels and pooled back, is what pooling \
      allows.

      Example:
        patchwork attribution --model bagnet17/silhouettes resnet50/silhouettes \\
          --corpus silhouettes:congruent,count=100,seed=3 --study study.sqlite
      """)

  @OptionGroup var models: ModelOptions
  @OptionGroup var corpus: CorpusOptions

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "What to score (default: everything that the networks allow).", valueName: "method"))
  var methods: [AttributionRanking] = []

  @Option(
    name: .long, help: "Random sets of patches for each size of sensitivity-n (default: 50).",
    transform: WholeNumber.in(2...100_000))
  var subsets: Int = 50

  @OptionGroup var study: StudyOption
  @OptionGroup var common: CommonOptions

  /// The rankings asked for, in the order of tables.
  private var rankings: [AttributionRanking] {
    methods.isEmpty ? AttributionRanking.all : AttributionRanking.all.filter(methods.contains)
  }

  func run() throws {
    let models = try self.models.load()
    if methods.contains(.evidence) { for model in models { _ = try model.local() } }
    let folder = try ImageFolder(named: corpus.corpus)
    let recorder = Recorder(study: try study.open(), common: common)
    let results = try models.map { try score($0, on: folder, recorder) }
    if common.json {
      return try Output.json(["models": results.map { AttributionDocument($0, $0.summaries) }])
    }
    for (place, result) in results.enumerated() {
      if place > 0 { try Output.line() }
      try Output.table(table(result))
    }
  }

  private func score(
    _ model: LoadedModel, on folder: ImageFolder, _ recorder: Recorder
  ) throws -> AttributionScoreResult {
    let card = model.card
    let images = try CorpusImages(folder, for: card, limit: corpus.limit.limit, workers: common.workers)
    images.reportUnmatched(for: card, quiet: common.quiet)
    var settings = AttributionSettings()
    settings.seed = common.seed
    let probe = try AttributionScoreProbe(
      classifier: model.classifier, rankings: rankings, subsets: subsets, settings: settings)
    return try recorder.probe(
      model, .attribution, unit: "images", count: images.count, pictures: images,
      options: [
        "corpus": corpus.corpus, "limit": corpus.limit.text, "subsets": "\(subsets)",
        RunDescription.rankingsOption: probe.rankings.map(\.name).joined(separator: " "),
      ], skipped: \.skipped
    ) { earlier, skipped, commit in
      try probe.run(
        on: images,
        after: AttributionScoreResult(
          model: card.name, rankings: probe.rankings.map(\.name), answers: earlier, skipped: skipped),
        workers: common.workers, commit: commit)
    }.result
  }

  private func table(_ result: AttributionScoreResult) -> Table {
    var table = Table([
      "\(result.model), \(result.count) images", "deletion", "insertion", "sensitivity-n", "Pearson",
      "Spearman", "relative error",
    ])
    for summary in result.summaries {
      table.add(
        [summary.ranking]
          + [
            summary.deletionArea, summary.insertionArea, summary.meanSensitivity, summary.pearson,
            summary.spearman, summary.relativeError,
          ].map { $0.map { format("%.3f", $0.value) } ?? "–" })
    }
    return table
  }
}

extension AttributionRanking: ExpressibleByArgument {
  public init?(argument: String) { self.init(name: argument.replacing("-", with: "_")) }
  public static var allValueStrings: [String] { all.map(\.name) }
  public var defaultValueDescription: String { name }
}
