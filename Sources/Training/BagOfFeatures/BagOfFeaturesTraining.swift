import Models
import Tensors

/// Trains a bag of features on labelled pictures: patches are sampled, described and clustered into words, every
/// picture becomes a histogram of words, and a linear decision is fitted to the histograms (Csurka et al. 2004).
///
/// The seed decides the parameters to the last bit on any number of threads. Sharpness and penalty are chosen on
/// every fifth training picture, held back for that; the decision is then fitted to all of them.
public struct BagOfFeaturesTraining: Sendable {
  /// What a person may set.
  public struct Settings: Sendable, Hashable {
    public var vocabulary = VisualVocabulary.Settings()
    /// Patches that the vocabulary is learnt from.
    public var samples = 80_000
    /// Candidates for β in the weights exp(−β |x − c|²) of soft assignment.
    public var sharpness = [0.3]
    /// Candidates for the penalty on squared weights, the larger one taken among equals.
    public var penalties = [0.01, 0.03, 0.1]
    public var seed: UInt64 = 0

    public init() {}
  }

  /// What came of it.
  public struct Outcome: Sendable {
    /// By the network's keys.
    public let parameters: [String: Tensor]
    /// Training pictures that were read.
    public let pictures: Int
    /// Patches the vocabulary was learnt from.
    public let patches: Int
    /// The mean squared distance of their descriptors to their words.
    public let meanSquaredDistance: Double
    public let sharpness: Double
    public let penalty: Double
    /// Top-1 on the training pictures that were held back when the penalty was chosen; nil where there was
    /// nothing to choose.
    public let heldBackAccuracy: Double?
    /// Top-1 on all training pictures after the last fit: not a measure of how good the network is.
    public let trainingAccuracy: Double
    public let skipped: [SkippedImage]
  }

  /// One picture in so many is held back when settings are chosen.
  private static let spacing = 5
  /// The most pictures that sharpness is chosen on.
  private static let choosingLimit = 2000

  public let settings: Settings
  /// Pictures the network sees at once.
  public let batchSize: Int

  public init(_ settings: Settings, batchSize: Int = 16) {
    self.settings = settings
    self.batchSize = batchSize
  }

  /// - Parameters:
  ///   - images: with labels among the card's classes, class after class, all of one size.
  ///   - card: whose preprocessing the pictures have, and whose classes are told apart.
  ///   - progress: called with how far each step is; throwing ends the run.
  /// - Throws: `TrainingError` when the corpus is too small for the settings, and what pictures or `progress` throw.
  public func run(
    on images: any ImageSource, card: ModelCard, workers: Workers,
    progress: (TrainingStep, Int, Int) throws -> Void = { _, _, _ in }
  ) throws -> Outcome {
    guard batchSize >= 1 else { throw TrainingError.batchSize(found: batchSize) }
    let sample = try PatchSample(
      from: images, preprocessing: card.preprocessing, side: settings.vocabulary.patch,
      count: settings.samples, seed: settings.seed, batchSize: batchSize, workers: workers
    ) { try progress(.patches, $0, $1) }
    let found = sample.patches.shape[0]
    guard found >= max(2, settings.vocabulary.words) else {
      throw TrainingError.tooFewPatches(found: found, words: settings.vocabulary.words)
    }
    let vocabulary = try VisualVocabulary(
      patches: sample.patches, settings: settings.vocabulary, seed: settings.seed, workers: workers
    ) { try progress(.words, $0, $1) }

    func histograms(_ step: TrainingStep, _ sharpness: Double, _ indices: [Int]) throws -> WordHistograms {
      try WordHistograms(
        of: images, at: indices, network: vocabulary.histogramNetwork(sharpness: sharpness),
        preprocessing: card.preprocessing, batchSize: batchSize, workers: workers
      ) { try progress(step, $0, $1) }
    }
    let classes = card.classes.count
    func choice(_ histograms: WordHistograms) throws -> Choice {
      try Choice(
        among: settings.penalties, on: histograms.split(everyOneIn: BagOfFeaturesTraining.spacing),
        classes: classes, workers: workers)
    }

    var sharpness = settings.sharpness[0]
    if settings.sharpness.count > 1 {
      let step = max(1, images.count / BagOfFeaturesTraining.choosingLimit)
      let some = Array(stride(from: 0, to: images.count, by: step))
      var best = -1.0
      for candidate in settings.sharpness {
        let accuracy = try choice(try histograms(.sharpness, candidate, some)).accuracy
        if accuracy > best { (best, sharpness) = (accuracy, candidate) }
      }
    }
    let all = try histograms(.histograms, sharpness, Array(0..<images.count))
    try requireAllClasses(of: all, classes: classes)
    try progress(.decision, 0, 2)
    let chosen = settings.penalties.count > 1 ? try choice(all) : nil
    try progress(.decision, 1, 2)
    let penalty = chosen?.penalty ?? settings.penalties[0]
    let decision = SoftmaxRegression(
      all.rows, labels: all.labels, classes: classes, penalty: penalty, workers: workers)
    try progress(.decision, 2, 2)
    return Outcome(
      parameters: vocabulary.parameters(sharpness: sharpness, decision: decision),
      pictures: all.labels.count, patches: found, meanSquaredDistance: vocabulary.meanSquaredDistance,
      sharpness: sharpness, penalty: penalty, heldBackAccuracy: chosen?.accuracy,
      trainingAccuracy: decision.accuracy(all.rows, labels: all.labels, on: workers), skipped: all.skipped)
  }

  /// At least two pictures a class, so that each is there when one is held back.
  private func requireAllClasses(of histograms: WordHistograms, classes: Int) throws {
    let counts = Dictionary(grouping: histograms.labels, by: { $0 }).mapValues(\.count)
    guard classes >= 2, (0..<classes).allSatisfy({ (counts[$0] ?? 0) >= 2 }) else {
      throw TrainingError.tooFewPictures(
        classes: classes, fewest: (0..<classes).map { counts[$0] ?? 0 }.min() ?? 0)
    }
  }
}

/// The penalty that does best on pictures held back.
private struct Choice {
  let penalty: Double
  let accuracy: Double

  init(
    among penalties: [Double], on parts: (fitting: WordHistograms, heldBack: WordHistograms), classes: Int,
    workers: Workers
  ) throws {
    guard !parts.heldBack.labels.isEmpty else {
      throw TrainingError.tooFewPictures(classes: classes, fewest: 0)
    }
    var best: (penalty: Double, accuracy: Double)?
    let falling = penalties.sorted(by: >)
    let decisions = SoftmaxRegression.path(
      parts.fitting.rows, labels: parts.fitting.labels, classes: classes, penalties: falling,
      workers: workers)
    for (penalty, decision) in zip(falling, decisions) {
      let accuracy = decision.accuracy(parts.heldBack.rows, labels: parts.heldBack.labels, on: workers)
      if best.map({ accuracy > $0.accuracy }) ?? true { best = (penalty, accuracy) }
    }
    (penalty, accuracy) = best ?? (0, 0)
  }
}
