/// What sort of thing is asked: accuracy, a sticker at random places, rotation, …
///
/// A value and not a case of an enumeration, so that a new kind is declared where its probe is.
public struct QuestionKind: RawRepresentable, Codable, Hashable, Sendable {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public static let accuracy = QuestionKind(rawValue: "accuracy")
  public static let sticker = QuestionKind(rawValue: "sticker")
  public static let places = QuestionKind(rawValue: "places")
  public static let textureBias = QuestionKind(rawValue: "texture-bias")
  public static let evidence = QuestionKind(rawValue: "evidence")
  public static let distortions = QuestionKind(rawValue: "distortions")
  public static let perturbations = QuestionKind(rawValue: "perturbations")
  public static let corruptions = QuestionKind(rawValue: "corruptions")
  public static let attribution = QuestionKind(rawValue: "attribution")
  public static let shuffling = QuestionKind(rawValue: "shuffling")
  public static let interactions = QuestionKind(rawValue: "interactions")
  public static let sensitivity = QuestionKind(rawValue: "sensitivity")
  public static let singleCue = QuestionKind(rawValue: "single-cue")
  public static let localConflict = QuestionKind(rawValue: "local-conflict")
  public static let evidencePatches = QuestionKind(rawValue: "evidence-patches")

  /// Kinds whose answers no random number enters: the seed is no part of their questions.
  private static let unseeded: Set<QuestionKind> = [
    .accuracy, .textureBias, .evidence, .singleCue, .localConflict, .evidencePatches,
  ]

  /// Whether the seed decides what is asked.
  public var drawsFromSeed: Bool { !QuestionKind.unseeded.contains(self) }

  /// The settings by which people tell questions of this kind apart, the first the question's name.
  var principalFacts: [String] {
    switch self {
    case .sticker, .places: ["sticker"]
    case .textureBias, .localConflict: ["stimuli"]
    case .distortions, .corruptions: ["conditions"]
    case .perturbations: ["attack", "norm", "epsilon", "side"]
    case .singleCue: ["set"]
    case .evidence: ["image", "class"]
    default: ["corpus"]
    }
  }
}
