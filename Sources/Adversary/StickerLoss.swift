import Layers
import Tensors

/// What an attack minimises over logits; averaged over the batch.
public enum StickerLoss: Hashable, Sendable, Codable {
  /// Targeted: −log p(target). Untargeted: log p(true class).
  case crossEntropy
  /// Targeted: max over other classes of z − z(target). Untargeted: z(true) − max over other classes of z.
  ///
  /// Not pushed below −`confidence` (Carlini & Wagner 2017, 1608.04644); infinity never stops.
  case margin(confidence: Float)

  /// A loss and its slope.
  public struct Value: Sendable {
    /// The mean over the batch.
    public let mean: Double
    /// The mean's gradient with respect to the logits, `[batch, classes]`.
    public let gradient: Tensor
  }

  /// The loss of logits `[batch, classes]` and its gradient.
  ///
  /// - Parameters:
  ///   - goals: for each row the class that `wanted` says to reach or to leave.
  ///   - wanted: true to reach the goal (targeted), false to leave it (untargeted).
  public func evaluate(_ logits: Tensor, goals: [Int], wanted: Bool) -> Value {
    let sign: Double = wanted ? 1 : -1
    var (values, gradient) = loss.evaluate(logits, classes: goals)
    var total = 0.0
    gradient.scale(by: Float(sign / Double(max(goals.count, 1))))
    for (row, value) in values.enumerated() {
      // The comparison is false for NaN, which the caller must see.
      if case .margin(let confidence) = self, sign * value <= -Double(confidence) {
        total -= Double(confidence)
        for index in 0..<logits.shape[1] { gradient[row, index] = 0 }
      } else {
        total += sign * value
      }
    }
    return Value(mean: total / Double(max(goals.count, 1)), gradient: gradient)
  }

  /// The loss that pulls towards a class; an attack that leaves a class walks it backwards.
  private var loss: Loss {
    switch self {
    case .crossEntropy: .crossEntropy()
    case .margin: .margin
    }
  }
}
