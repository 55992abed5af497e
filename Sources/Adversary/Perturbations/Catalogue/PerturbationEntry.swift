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
  public let maker: Maker

  init(
    _ name: String, _ summary: String, source: String, norms: [PerturbationNorm] = PerturbationNorm.allCases,
    canTarget: Bool = true, usesGradients: Bool = true, settings: Set<PerturbationSettings.Name>, maker: Maker
  ) {
    self.name = name
    self.summary = summary
    self.source = source
    self.norms = norms
    self.canTarget = canTarget
    self.usesGradients = usesGradients
    self.settings = settings
    self.maker = maker
  }

  /// Whether it makes a sticker for each picture.
  public var isPatch: Bool { if case .patch = maker { true } else { false } }

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
