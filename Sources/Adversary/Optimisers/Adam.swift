import Foundation
import Tensors

/// Adam (Kingma & Ba 2015, 1412.6980).
public struct Adam: PixelOptimizer {
  public let decay: (first: Float, second: Float)
  public let epsilon: Float
  /// The running means of slopes and of their squares.
  public var memory = OptimizerMemory()

  public init(decay: (first: Float, second: Float) = (0.9, 0.999), epsilon: Float = 1e-8) {
    self.decay = decay
    self.epsilon = epsilon
  }

  public mutating func step(_ pixels: inout Tensor, gradient: Tensor, rate: Float) {
    precondition(gradient.shape == pixels.shape)
    memory.begin(2, pixels: pixels.count)
    let firstCorrection = 1 - Float(pow(Double(decay.first), Double(memory.steps)))
    let secondCorrection = 1 - Float(pow(Double(decay.second), Double(memory.steps)))
    var (means, squares) = (memory.running[0], memory.running[1])
    pixels.withUnsafeMutableBuffer { pixels in
      gradient.withUnsafeBuffer { gradient in
        for index in pixels.indices {
          let slope = gradient[index]
          means[index] = decay.first * means[index] + (1 - decay.first) * slope
          squares[index] = decay.second * squares[index] + (1 - decay.second) * slope * slope
          pixels[index] -=
            rate * (means[index] / firstCorrection)
            / ((squares[index] / secondCorrection).squareRoot() + epsilon)
        }
      }
    }
    memory.running = [means, squares]
  }
}
