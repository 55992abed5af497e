import Adversary
import ArgumentParser

/// What an attack on single pictures can be told; each takes some of these.
struct PerturbationSettingsOptions: ParsableArguments {
  @Option(name: .long, help: "Steps of the attack.", transform: WholeNumber.atLeast(1))
  var steps: Int?

  @Option(
    name: .long, help: ArgumentHelp("The length of a step, such as 1/255 or 0.01.", valueName: "length"))
  var stepSize: PixelLength?

  @Option(name: .long, help: "How often to begin anew.", transform: WholeNumber.atLeast(1))
  var restarts: Int?

  @Option(name: .long, help: "The loss: cross-entropy, margin or logit-ratio.")
  var loss: AttackLossName?

  @Option(name: .long, help: "Share of the earlier direction that a step keeps.")
  var momentum: Double?

  @Option(
    name: .long, help: "Questions a picture that a black-box attack may ask.",
    transform: WholeNumber.atLeast(1))
  var queries: Int?

  @Option(name: .long, help: "How many other classes to try.", transform: WholeNumber.atLeast(1))
  var targets: Int?

  @Option(name: .long, help: "How many classes DeepFool looks at.", transform: WholeNumber.atLeast(2))
  var candidates: Int?

  @Option(name: .long, help: "By what share DeepFool lengthens its change.")
  var overshoot: Double?

  @Option(
    name: .long,
    help: "By how many logits the wanted class is to lead; for lavan how probable it is to be, 0.9.")
  var confidence: Double?

  @Option(name: .long, help: "Adam's step size; for lavan what gradients are multiplied by.")
  var learningRate: Double?

  @Option(name: .long, help: "How often to choose the constant.", transform: WholeNumber.atLeast(1))
  var searches: Int?

  @Option(name: .long, help: "The first constant.")
  var firstConstant: Double?

  @Option(name: .long, help: "Pictures a step of a universal attack.", transform: WholeNumber.atLeast(1))
  var batch: Int?

  @Option(
    name: .long, help: "How often a universal attack goes through the pictures.",
    transform: WholeNumber.atLeast(1))
  var rounds: Int?

  @Option(
    name: .long, help: "Places of a sticker to try on a picture.", transform: WholeNumber.atLeast(1))
  var places: Int?

  var settings: PerturbationSettings {
    var settings = PerturbationSettings()
    settings.steps = steps
    settings.stepSize = stepSize?.value
    settings.restarts = restarts
    settings.loss = loss?.loss
    settings.momentum = momentum
    settings.queries = queries
    settings.targets = targets
    settings.candidates = candidates
    settings.overshoot = overshoot
    settings.confidence = confidence
    settings.learningRate = learningRate
    settings.searches = searches
    settings.firstConstant = firstConstant
    settings.batchSize = batch
    settings.rounds = rounds
    settings.places = places
    return settings
  }
}

/// A loss by name.
enum AttackLossName: String, ExpressibleByArgument, CaseIterable {
  case crossEntropy = "cross-entropy"
  case margin
  case logitRatio = "logit-ratio"

  /// The margin without an end.
  var loss: AttackLoss {
    switch self {
    case .crossEntropy: .crossEntropy
    case .margin: .margin(confidence: .infinity)
    case .logitRatio: .logitRatio
    }
  }
}

/// A length where pixels are 0…1, written as a number or as a share of 255: `0.5`, `4/255`.
struct PixelLength: ExpressibleByArgument, Hashable {
  let value: Double
  /// As it was typed.
  let text: String

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
    guard (1...2).contains(parts.count), let first = parts[0] else { return nil }
    var value = first
    if parts.count == 2 {
      guard let second = parts[1], second > 0 else { return nil }
      value = first / second
    }
    guard value.isFinite, value >= 0 else { return nil }
    self.value = value
    text = argument
  }

  var defaultValueDescription: String { text }
}
