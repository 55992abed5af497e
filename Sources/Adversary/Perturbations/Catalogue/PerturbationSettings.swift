/// What an attack of the catalogue can be told; nil leaves its own default.
public struct PerturbationSettings: Hashable, Sendable {
  public var steps: Int?
  /// The length of a step, in the attack's norm, pixels being 0…1.
  public var stepSize: Double?
  public var restarts: Int?
  public var loss: AttackLoss?
  public var momentum: Double?
  public var queries: Int?
  public var targets: Int?
  public var candidates: Int?
  public var overshoot: Double?
  public var confidence: Double?
  public var learningRate: Double?
  public var searches: Int?
  public var firstConstant: Double?
  public var batchSize: Int?
  public var rounds: Int?
  /// How many places of a sticker to try on a picture.
  public var places: Int?

  public init() {}

  /// A setting by name.
  public enum Name: String, Hashable, Sendable, CaseIterable {
    case steps
    case stepSize = "step-size"
    case restarts, loss, momentum, queries, targets, candidates, overshoot, confidence
    case learningRate = "learning-rate"
    case searches
    case firstConstant = "first-constant"
    case batchSize = "batch"
    case rounds, places
  }

  /// The settings that have a value, as text.
  public var values: [Name: String] {
    let all: [(Name, Any?)] = [
      (.steps, steps), (.stepSize, stepSize), (.restarts, restarts), (.loss, loss), (.momentum, momentum),
      (.queries, queries), (.targets, targets), (.candidates, candidates), (.overshoot, overshoot),
      (.confidence, confidence), (.learningRate, learningRate), (.searches, searches),
      (.firstConstant, firstConstant), (.batchSize, batchSize), (.rounds, rounds), (.places, places),
    ]
    return Dictionary(uniqueKeysWithValues: all.compactMap { name, value in value.map { (name, "\($0)") } })
  }
}
