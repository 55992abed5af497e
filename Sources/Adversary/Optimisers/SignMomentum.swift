import Tensors

/// Steps of fixed length along the sign of a running gradient (Dong et al. 2018, 1710.06081); momentum 0 is
/// the plain sign step.
public struct SignMomentum: PixelOptimizer {
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
        let norm = Float(gradient.reduce(0.0) { $0 + Double(abs($1)) })
        guard norm > 0 else { return }
        for index in pixels.indices {
          running[index] = momentum * running[index] + gradient[index] / norm
          if running[index] > 0 { pixels[index] -= rate }
          if running[index] < 0 { pixels[index] += rate }
        }
      }
    }
    memory.running = [running]
  }
}
