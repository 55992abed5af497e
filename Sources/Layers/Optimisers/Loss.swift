import Foundation
import Tensors

/// A number for each image that training or an attack lowers, from its logits and a class.
public enum Loss: Sendable, Hashable {
  /// −log softmax(logits)[class], the class's probability mixed with the uniform distribution by
  /// `labelSmoothing` in 0…1 (Szegedy et al. 2015, 1512.00567).
  case crossEntropy(labelSmoothing: Double = 0)
  /// max over other classes of their logit, minus the class's logit: negative when the class wins (Carlini &
  /// Wagner 2017, 1608.04644, with κ = −∞).
  case margin

  /// The loss of each image and its gradient `[batch, classes]` with respect to that image's logits (not
  /// divided by the batch).
  ///
  /// - Parameters:
  ///   - logits: `[batch, classes]`, at least two classes for the margin.
  ///   - classes: one index an image.
  public func evaluate(_ logits: Tensor, classes: [Int]) -> (values: [Double], gradient: Tensor) {
    let (batch, count) = (logits.shape[0], logits.shape[1])
    precondition(classes.count == batch && classes.allSatisfy { $0 >= 0 && $0 < count })
    var values: [Double] = []
    let gradient = Tensor(uninitialized: logits.shape) { gradient in
      logits.withUnsafeBuffer { logits in
        for image in 0..<batch {
          let row = UnsafeBufferPointer(rebasing: logits[image * count..<(image + 1) * count])
          let target = UnsafeMutableBufferPointer(rebasing: gradient[image * count..<(image + 1) * count])
          switch self {
          case .crossEntropy(let smoothing):
            values.append(Loss.crossEntropy(row, classes[image], smoothing, target))
          case .margin:
            values.append(Loss.margin(row, classes[image], target))
          }
        }
      }
    }
    return (values, gradient)
  }

  // value = log Σ exp z − Σ_k q_k z_k;  d z_k = softmax(z)_k − q_k, q the smoothed one-hot distribution
  private static func crossEntropy(
    _ logits: UnsafeBufferPointer<Float>, _ chosen: Int, _ smoothing: Double,
    _ gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    let greatest = Double(logits.max() ?? 0)
    let exponentials = logits.map { exp(Double($0) - greatest) }
    let total = exponentials.reduce(0, +)
    var value = greatest + log(total)
    for index in logits.indices {
      let wanted = smoothing / Double(logits.count) + (index == chosen ? 1 - smoothing : 0)
      // A class that is ruled out by −∞ and not wanted adds nothing; 0 · ∞ would be no number.
      if wanted != 0 { value -= wanted * Double(logits[index]) }
      gradient[index] = Float(exponentials[index] / total - wanted)
    }
    return value
  }

  // value = max_{k ≠ c} z_k − z_c;  d z_best = 1, d z_c = −1
  private static func margin(
    _ logits: UnsafeBufferPointer<Float>, _ chosen: Int, _ gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    gradient.initialize(repeating: 0)
    var best: Int?
    for index in logits.indices where index != chosen {
      if best.map({ logits[index] > logits[$0] }) ?? true { best = index }
    }
    guard let best else { return 0 }
    gradient[best] = 1
    gradient[chosen] = -1
    return Double(logits[best]) - Double(logits[chosen])
  }
}
