import Checkpoints
import Datasets
import Files
import Foundation
import Models
import Probes
import Silhouettes
import Training

extension TrainingKind {
  static let bagOfFeatures = TrainingKind(name: "bag-of-features") { table, options, common in
    try BagOfFeaturesRecipe(&table, options, common)
  }
}

/// A recipe of kind `bag-of-features`.
struct BagOfFeaturesRecipe: PreparedTraining {
  let frame: RecipeFrame
  let settings: BagOfFeaturesTraining.Settings
  let limit: LimitOption
  let common: CommonOptions

  init(_ table: inout RecipeTable, _ options: TrainingOptions, _ common: CommonOptions) throws {
    frame = try RecipeFrame(&table, options, name: "bag-of-features", imageSide: 96)
    (self.common, limit) = (common, options.limit)
    let preprocessing = frame.preprocessing
    var settings = BagOfFeaturesTraining.Settings()
    var vocabulary = settings.vocabulary
    vocabulary.patch = try table.whole("patch", in: 2...64) ?? vocabulary.patch
    let most = vocabulary.values - 1
    vocabulary.components =
      try table.whole("components", in: 1...most) ?? min(vocabulary.components, most)
    vocabulary.words = try table.whole("words", in: 2...65_536) ?? vocabulary.words
    vocabulary.iterations = try table.whole("iterations", in: 1...1000) ?? vocabulary.iterations
    vocabulary.contrast = try table.positive("contrast") ?? vocabulary.contrast
    vocabulary.softness = try table.positive("softness") ?? vocabulary.softness
    settings.vocabulary = vocabulary
    settings.samples = try table.whole("samples", in: 2...10_000_000) ?? settings.samples
    settings.sharpness = try table.positives("sharpness") ?? settings.sharpness
    settings.penalties = try table.positives("penalty") ?? settings.penalties
    settings.seed = try table.whole("seed", in: 0...UInt64.max) ?? common.seed
    guard settings.samples >= vocabulary.words else {
      throw table.refuse(
        "samples", expected: "at least as many as words (\(vocabulary.words))", found: "\(settings.samples)")
    }
    guard vocabulary.patch <= preprocessing.centerCrop ?? vocabulary.patch else {
      throw table.refuse(
        "patch", expected: "no larger than preprocessing.center_crop", found: "\(vocabulary.patch)")
    }
    self.settings = settings
  }

  // MARK: Run

  func run() throws {
    let start = ContinuousClock.now
    let folder = try ImageFolder(named: frame.corpus)
    var card = try frame.card(
      architecture: "bag_of_features", classes: Set(folder.items.map(\.classFolder)).sorted())
    let images = try CorpusImages(folder, for: card, limit: limit.limit, workers: common.workers)
    try frame.requireFolder()
    let progress = StepProgress(quiet: common.quiet)
    let outcome = try BagOfFeaturesTraining(settings).run(
      on: images, card: card, workers: common.workers, progress: progress.update)
    progress.finish()
    outcome.skipped.report(quiet: common.quiet)
    card.source = frame.source ?? description(of: outcome)
    let model = try LoadedModel(card: card, parameters: outcome.parameters, weightsPath: frame.out)
    try ModelWriter.write(model, storage: .fp32, to: frame.out)
    let document = TrainingDocument(
      outcome, card: card, path: frame.out, parameters: model.parameterCount,
      seconds: (ContinuousClock.now - start).inSeconds)
    if common.json { return try Output.json(document) }
    for line in document.lines { try Output.line(line) }
  }

  /// For the card, so that the network says how it was made.
  private func description(of outcome: BagOfFeaturesTraining.Outcome) -> String {
    let vocabulary = settings.vocabulary
    return
      "patchwork train: \(outcome.pictures) pictures, \(outcome.patches) patches of \(vocabulary.patch) px, "
      + "\(vocabulary.components) components, \(vocabulary.words) words, contrast \(vocabulary.contrast), "
      + "softness \(vocabulary.softness), sharpness \(outcome.sharpness), penalty \(outcome.penalty), "
      + "seed \(settings.seed)"
  }
}

/// Progress over training's steps, one bar after the other.
private final class StepProgress {
  private let quiet: Bool
  private var current: (step: TrainingStep, total: Int, bar: Progress)?

  init(quiet: Bool) { self.quiet = quiet }

  func update(_ step: TrainingStep, done: Int, total: Int) {
    if let current, current.step == step, current.total == total {
      current.bar.update(done)
      return
    }
    current?.bar.finish()
    let bar = Progress(step.rawValue, unit: step.unit, total: total, isQuiet: quiet)
    current = (step, total, bar)
    bar.update(done)
  }

  func finish() { current?.bar.finish() }
}

/// What `train` says of a bag of features.
struct TrainingDocument: Encodable {
  let kind = "bag-of-features"
  let model: String
  let name: String
  let classes: Int
  let pictures: Int
  let patches: Int
  let words: Int
  let parameters: Int
  let meanSquaredDistance: Double
  let sharpness: Double
  let penalty: Double
  let heldBackTop1: Nullable<Double>
  let trainingTop1: Double
  let seconds: Double
  let skipped: Int
  let skippedImages: [SkippedImage]

  init(
    _ outcome: BagOfFeaturesTraining.Outcome, card: ModelCard, path: String, parameters: Int, seconds: Double
  ) {
    model = path
    name = card.name
    classes = card.classes.count
    pictures = outcome.pictures
    patches = outcome.patches
    words = outcome.parameters["words.bias"]?.count ?? 0
    self.parameters = parameters
    meanSquaredDistance = outcome.meanSquaredDistance
    sharpness = outcome.sharpness
    penalty = outcome.penalty
    heldBackTop1 = Nullable(outcome.heldBackAccuracy)
    trainingTop1 = outcome.trainingAccuracy
    self.seconds = seconds
    skipped = outcome.skipped.count
    skippedImages = outcome.skipped
  }

  var lines: [String] {
    [
      "\(model): \(name), \(words) words, \(classes) classes, \(parameters) parameters",
      "trained on \(pictures) pictures and \(patches) patches in \(Progress.duration(seconds))",
      "sharpness \(format("%g", sharpness)), penalty \(format("%g", penalty))"
        + (heldBackTop1.value.map {
          ", chosen where every fifth training picture was held back: top-1 \(format("%.1f %%", 100 * $0)) on these"
        } ?? ""),
      "top-1 \(format("%.1f %%", 100 * trainingTop1)) on the training pictures; measure on others with "
        + "'patchwork evaluate'",
    ]
  }
}
