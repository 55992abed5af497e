import Tensors

/// How far an attack may change a picture.
public struct PerturbationBudget: Hashable, Sendable {
  public let norm: PerturbationNorm
  /// The greatest length of the change, pixels being 0…1.
  public let epsilon: Double

  /// - Throws: `AdversaryError.setting` unless `epsilon` is a finite number of at least 0.
  public init(_ norm: PerturbationNorm, epsilon: Double) throws {
    guard epsilon >= 0, epsilon.isFinite else {
      throw AdversaryError.setting(
        name: "epsilon", expected: "a finite number of at least 0", found: "\(epsilon)")
    }
    self.norm = norm
    self.epsilon = epsilon
  }

  var radius: Float { Float(epsilon) }

  /// The greatest length that counts as within the budget: ε and what rounding to fp32 can add.
  public var reach: Double { PerturbationBudget.reach(of: epsilon) }

  /// The same for any ε.
  public static func reach(of epsilon: Double) -> Double { epsilon * (1 + 1e-5) + 1e-7 }

  /// A change brought to at most the length ε.
  func shortened(_ change: Tensor) -> Tensor {
    switch norm {
    case .linf: return change.map { min(max($0, -radius), radius) }
    case .l2:
      let length = change.withUnsafeBuffer { norm.dualLength(of: $0) }
      guard length > epsilon else { return change }
      let factor = Float(epsilon / length)
      return change.map { factor * $0 }
    }
  }
}
