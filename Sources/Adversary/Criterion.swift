/// What an attack wants the network to say.
public enum Criterion: Hashable, Sendable, Codable {
  /// The class with this index, whatever the picture shows.
  case targeted(Int)
  /// Anything but the true class.
  case untargeted

  /// The class aimed at; nil when untargeted.
  public var target: Int? {
    if case .targeted(let index) = self { index } else { nil }
  }

  /// Whether a picture of class `label` can show success: one already of the target class cannot.
  public func counts(label: Int) -> Bool { label != target }

  /// Whether `prediction` on a picture of class `label` is a success.
  public func isMet(by prediction: Int, label: Int) -> Bool {
    target.map { prediction == $0 } ?? (prediction != label)
  }
}
