import Tensors

/// Steps along a running gradient (Polyak 1964); momentum 0 is plain gradient descent, as Brown et al. 2017
/// (1712.09665) have it.
public struct GradientMomentum: PixelOptimizer {
  public let momentum: Float
  /// The running gradient.
  public var memory = OptimizerMemory()

  public init(momentum: Float = 0.9) { self.momentum = momentum }

  public mutating func step(_ pixels: inout Tensor, gradient: Tensor, rate: Float) {
    precondition(gradient.shape == pixels.shape)
    memory.begin(1, pixels: pixels.count)
    var running = memory.running[0]
    pixels.withUnsafeMutableBuffer { pixels in
      gradient.withUnsafeBuffer { gradient in
        for index in pixels.indices {
          running[index] = momentum * running[index] + gradient[index]
          pixels[index] -= rate * running[index]
        }
      }
    }
    memory.running = [running]
  }
}
