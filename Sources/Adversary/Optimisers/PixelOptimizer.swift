import Tensors

/// A rule that moves pixels against a gradient; what it remembers between steps is part of its value.
public protocol PixelOptimizer: Sendable {
  /// Moves `pixels` one step downhill.
  ///
  /// - Parameters:
  ///   - gradient: of the loss, the same shape as `pixels`.
  ///   - rate: the learning rate, in units of pixel value (0…1).
  mutating func step(_ pixels: inout Tensor, gradient: Tensor, rate: Float)
}

/// Which rule moves the pixels.
public enum StepRule: Hashable, Sendable, Codable {
  /// Adam with its published constants.
  case adam
  /// Steps along the sign of a running gradient.
  case sign(momentum: Float)
  /// Steps along a running gradient.
  case plain(momentum: Float)

  /// A fresh optimiser, remembering nothing.
  public func makeOptimizer() -> any PixelOptimizer {
    switch self {
    case .adam: Adam()
    case .sign(let momentum): SignMomentum(momentum: momentum)
    case .plain(let momentum): GradientMomentum(momentum: momentum)
    }
  }
}
