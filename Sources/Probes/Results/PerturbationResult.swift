import Adversary
import Models

/// What an attack made of one picture.
public struct PerturbationAnswer: Codable, Hashable, Sendable {
  /// The path relative to the corpus.
  public var image: String
  /// The index of the true class among the network's classes.
  public var label: Int
  /// The predicted class of the clean picture.
  public var clean: Int
  /// The predicted class of the changed picture; where the attack found nothing, of its last try.
  public var adversarial: Int
  /// How long the change is, in the attack's norm; of a sticker, whose length nothing bounds, in L2.
  public var length: Double
  /// How often the network was asked about the picture; a gradient is one question.
  public var queries: Int
  /// Which part of a sequence of attacks found the change; nil for others and where nothing was found.
  public var finder: String?
  /// Whether a gradient was 0 throughout.
  public var hasVanishedGradient: Bool
  /// Where the sticker made for the picture lies; nil for changes that may be anywhere, and where none was made.
  public var place: PatchPlace?

  public init(
    image: String, label: Int, clean: Int, adversarial: Int, length: Double, queries: Int,
    finder: String? = nil,
    hasVanishedGradient: Bool = false, place: PatchPlace? = nil
  ) {
    self.image = image
    self.label = label
    self.clean = clean
    self.adversarial = adversarial
    self.length = length
    self.queries = queries
    self.finder = finder
    self.hasVanishedGradient = hasVanishedGradient
    self.place = place
  }
}

/// What was asked of an attack.
public struct PerturbationQuestion: Codable, Hashable, Sendable {
  /// The attack's name in the catalogue.
  public var attack: String
  /// What changes are measured in; nil for stickers.
  public var norm: PerturbationNorm?
  /// The greatest length of a change, pixels being 0…1; nil for attacks that look for the smallest, and for stickers.
  public var epsilon: Double?
  /// Pixels along the square that a sticker may cover; nil for other changes.
  public var side: Int?
  /// The index of the class to reach; nil when untargeted.
  public var target: Int?

  public init(attack: String, norm: PerturbationNorm, epsilon: Double?, target: Int?) {
    self.attack = attack
    self.norm = norm
    self.epsilon = epsilon
    self.target = target
  }

  /// Asks for a sticker on each picture.
  public init(attack: String, side: Int, target: Int?) {
    self.attack = attack
    self.side = side
    self.target = target
  }
}

/// What an attack did to one network's answers.
public struct PerturbationResult: Codable, Hashable, Sendable {
  /// The network's name.
  public var model: String
  public var question: PerturbationQuestion
  public var answers: [PerturbationAnswer]
  public var skipped: [SkippedImage]
  /// What speaks against trusting the result, a line each; what was done otherwise than asked among it.
  public var warnings: [String]

  public init(
    model: String, question: PerturbationQuestion, answers: [PerturbationAnswer],
    skipped: [SkippedImage] = [],
    warnings: [String] = []
  ) {
    self.model = model
    self.question = question
    self.answers = answers
    self.skipped = skipped
    self.warnings = warnings
  }

  /// How many pictures were answered.
  public var count: Int { answers.count }

  /// How many clean pictures were named rightly.
  public var cleanCorrect: Int { answers.count { $0.clean == $0.label } }

  /// Whether a change of at most `epsilon` makes the network name another class than the true one; any change counts
  /// when nil.
  public func isWrong(_ answer: PerturbationAnswer, within epsilon: Double?) -> Bool {
    if answer.clean != answer.label { return true }
    return answer.adversarial != answer.label
      && epsilon.map { answer.length <= PerturbationBudget.reach(of: $0) } ?? true
  }

  /// How many pictures are still named rightly where changes of at most `epsilon` are allowed: no more than the
  /// question's, which nil stands for.
  public func robustCorrect(within epsilon: Double? = nil) -> Int {
    answers.count { !isWrong($0, within: epsilon ?? question.epsilon) }
  }

  /// The pictures that count for success: with a target those that neither show it nor are taken for it, otherwise those
  /// named rightly.
  public var attacked: [PerturbationAnswer] {
    answers.filter { answer in
      question.target.map { answer.label != $0 && answer.clean != $0 } ?? (answer.clean == answer.label)
    }
  }

  /// The attacked pictures for which a change within the budget does what was wanted.
  public var successes: [PerturbationAnswer] {
    attacked.filter { answer in
      (question.target.map { answer.adversarial == $0 } ?? (answer.adversarial != answer.label))
        && question.epsilon.map { answer.length <= PerturbationBudget.reach(of: $0) } ?? true
    }
  }

  /// How many pictures are named otherwise than when clean.
  public var fooled: Int { answers.count { $0.adversarial != $0.clean } }

  /// The longest change among the successes; nil without any.
  public var greatestLength: Double? { successes.map(\.length).max() }

  /// The median over attacked pictures of the change that was needed, those that withstood counting as infinite; nil
  /// when it is, or without pictures.
  public var medianLength: Double? {
    let lengths = successes.map(\.length).sorted()
    let count = attacked.count
    guard count > 0 else { return nil }
    let (lower, upper) = ((count - 1) / 2, count / 2)
    guard upper < lengths.count else { return nil }
    return (lengths[lower] + lengths[upper]) / 2
  }

  /// The mean over attacked pictures; nil without any.
  public var meanQueries: Double? {
    let asked = attacked
    return asked.isEmpty ? nil : Double(asked.reduce(0) { $0 + $1.queries }) / Double(asked.count)
  }
}
