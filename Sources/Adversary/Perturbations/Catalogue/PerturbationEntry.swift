/// An attack as people ask for it by name.
public struct PerturbationEntry: Sendable {
  /// What it looks for, and how to make it.
  public enum Maker: Sendable {
    /// A change within a budget that is given.
    case bounded(@Sendable (PerturbationBudget, PerturbationSettings) throws -> any Perturbation)
    /// The smallest change.
    case minimal(@Sendable (PerturbationNorm, PerturbationSettings) throws -> any Perturbation)
    /// One change within a budget for all pictures.
    case universal(
      @Sendable (PerturbationBudget, Criterion, PerturbationSettings) throws -> any UniversalAttack)
    /// A sticker within a square for each picture.
    case patch(@Sendable (PatchBudget, PerturbationSettings) throws -> any Perturbation)
  }

  /// What an attack needs classes for: a network of few classes has too few.
  public enum UseOfClasses: Hashable, Sendable {
    /// Its loss compares more than two logits.
    ///
    /// - Parameter towardsOthers: whether it goes towards other classes whatever is asked.
    case logitRatio(towardsOthers: Bool)
    /// It goes towards the likeliest other classes, this many unless it is told how many.
    case otherClasses(Int)
  }

  /// As it is typed: `apgd-ce`.
  public let name: String
  /// What it does, in one line.
  public let summary: String
  /// Authors, year and arXiv number of the paper that defines it.
  public let source: String
  /// What changes may be measured in; none where a square bounds them.
  public let norms: [PerturbationNorm]
  /// Whether it can be told which class to reach.
  public let canTarget: Bool
  /// Whether it sees more of the network than its logits.
  public let usesGradients: Bool
  /// What it can be told.
  public let settings: Set<PerturbationSettings.Name>
  /// What it does otherwise on networks of few classes.
  public let usesOfClasses: [UseOfClasses]
  public let maker: Maker

  init(
    _ name: String, _ summary: String, source: String, norms: [PerturbationNorm] = PerturbationNorm.allCases,
    canTarget: Bool = true, usesGradients: Bool = true, settings: Set<PerturbationSettings.Name>,
    usesOfClasses: [UseOfClasses] = [], maker: Maker
  ) {
    self.name = name
    self.summary = summary
    self.source = source
    self.norms = norms
    self.canTarget = canTarget
    self.usesGradients = usesGradients
    self.settings = settings
    self.usesOfClasses = usesOfClasses
    self.maker = maker
  }

  /// Whether it makes a sticker for each picture.
  public var isPatch: Bool { if case .patch = maker { true } else { false } }

  /// What is done otherwise than asked on a network of few classes, a line each.
  ///
  /// - Parameter isTargeted: whether a class is to be reached.
  public func notes(classes: Int, isTargeted: Bool, _ settings: PerturbationSettings) -> [String] {
    usesOfClasses.compactMap { use in
      switch use {
      case .logitRatio(let towardsOthers):
        return AttackLoss.logitRatio.substitute(classes: classes, isTargeted: isTargeted || towardsOthers)
          .map { "with \(classes) classes the loss is \($0)" }
      case .otherClasses(let own):
        let asked = settings.targets ?? own
        guard classes - 1 < asked else { return nil }
        return "with \(classes) classes \(classes - 1) others are tried instead of \(asked)"
      }
    }
  }

  /// Checks that the attack can do what is asked.
  ///
  /// - Parameter norm: nil where a square bounds the change.
  /// - Throws: `AdversaryError.setting` or `.needsTrueClass`.
  public func require(_ norm: PerturbationNorm?, _ criterion: Criterion, _ settings: PerturbationSettings)
    throws
  {
    guard norm.map(norms.contains) ?? norms.isEmpty else {
      throw AdversaryError.setting(
        name: "\(name): norm",
        expected: norms.isEmpty
          ? "none, as a square bounds the change" : norms.map(\.rawValue).joined(separator: " or "),
        found: norm?.rawValue ?? "none")
    }
    guard criterion == .untargeted || canTarget else { throw AdversaryError.needsTrueClass }
    let unknown = Set(settings.values.keys).subtracting(self.settings).map(\.rawValue).sorted()
    if let first = unknown.first {
      let known = self.settings.map(\.rawValue).sorted()
      throw AdversaryError.setting(
        name: name,
        expected: known.isEmpty ? "no settings" : "settings among \(known.joined(separator: ", "))",
        found: first)
    }
  }
}
