import Tensors

/// A rule that moves pixels against a gradient; what it remembers between steps is part of its value.
public protocol PixelOptimizer: Sendable {
  /// What the steps so far have left; set, it lets another run go on from there.
  var memory: OptimizerMemory { get set }

  /// Moves `pixels` one step downhill.
  ///
  /// - Parameters:
  ///   - gradient: of the loss, the same shape as `pixels`.
  ///   - rate: the learning rate, in units of pixel value (0…1).
  mutating func step(_ pixels: inout Tensor, gradient: Tensor, rate: Float)
}

/// What a rule remembers between steps.
public struct OptimizerMemory: Hashable, Sendable {
  /// Steps done.
  public var steps: Int
  /// What runs along with the pixels, each with a value for each of them; empty before the first step.
  public var running: [[Float]]

  public init(steps: Int = 0, running: [[Float]] = []) {
    self.steps = steps
    self.running = running
  }

  /// Counts a step, and begins with `count` lists of zeros at the first.
  mutating func begin(_ count: Int, pixels: Int) {
    if running.isEmpty { running = Array(repeating: Array(repeating: 0, count: pixels), count: count) }
    steps += 1
  }
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

  /// How many running lists its optimiser keeps.
  var runningCount: Int { if case .adam = self { 2 } else { 1 } }
}
