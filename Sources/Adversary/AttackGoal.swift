/// What an attack wants of one picture, in the network's own numbering of classes.
public enum AttackGoal: Hashable, Sendable {
  /// Any class but this one.
  case leave(Int)
  /// This class; `insteadOf` is the true one, nil when the network has no such class.
  case reach(Int, insteadOf: Int?)

  /// Whether a network that names `prediction` has been fooled as wanted.
  public func isMet(by prediction: Int) -> Bool {
    switch self {
    case .leave(let label): prediction != label
    case .reach(let target, _): prediction == target
    }
  }
}

extension Criterion {
  /// What is wanted of a picture of class `label`.
  public func goal(label: Int) -> AttackGoal {
    switch self {
    case .targeted(let target): .reach(target, insteadOf: label)
    case .untargeted: .leave(label)
    }
  }
}
