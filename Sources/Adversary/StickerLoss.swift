import Foundation
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
    let classes = logits.shape[1]
    precondition(logits.shape[0] == goals.count && goals.allSatisfy { (0..<classes).contains($0) })
    var total = 0.0
    let gradient = Tensor(uninitialized: logits.shape) { gradient in
      gradient.initialize(repeating: 0)
      logits.withUnsafeBuffer { logits in
        for (row, goal) in goals.enumerated() {
          let range = row * classes..<(row + 1) * classes
          total += add(
            UnsafeBufferPointer(rebasing: logits[range]), goal: goal, sign: wanted ? 1 : -1,
            share: 1 / Double(goals.count), to: UnsafeMutableBufferPointer(rebasing: gradient[range]))
        }
      }
    }
    return Value(mean: total / Double(max(goals.count, 1)), gradient: gradient)
  }

  /// Adds `share` of one row's gradient and returns the row's loss.
  private func add(
    _ logits: UnsafeBufferPointer<Float>, goal: Int, sign: Double, share: Double,
    to gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    switch self {
    case .crossEntropy:
      let greatest = Double(logits.max() ?? 0)
      let exponentials = logits.map { exp(Double($0) - greatest) }
      let sum = exponentials.reduce(0, +)
      for index in logits.indices {
        let error = exponentials[index] / sum - (index == goal ? 1 : 0)
        gradient[index] += Float(sign * share * error)
      }
      return sign * (greatest + log(sum) - Double(logits[goal]))
    case .margin(let confidence):
      guard let rival = rival(of: goal, in: logits) else { return 0 }
      let margin = sign * Double(logits[rival] - logits[goal])
      // The comparison is false for NaN, which the caller must see.
      if margin <= -Double(confidence) { return -Double(confidence) }
      gradient[rival] += Float(sign * share)
      gradient[goal] -= Float(sign * share)
      return margin
    }
  }

  /// The greatest other class, the lowest index among equals; nil when there is none.
  private func rival(of goal: Int, in logits: UnsafeBufferPointer<Float>) -> Int? {
    logits.indices.reduce(into: nil) { best, index in
      guard index != goal else { return }
      if best.map({ logits[index] > logits[$0] }) ?? true { best = index }
    }
  }
}
