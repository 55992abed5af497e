import Foundation
import Tensors

/// The logistic function of each element: 1 / (1 + e⁻ˣ).
public struct Sigmoid: Layer {
  public init() {}

  public var window: Window? { .pixel }
  public var response: LayerResponse? { .elementwise }
  public var treatsCellsAlone: Bool { false }

  public func outputShape(for inputs: [Shape]) throws -> Shape { inputs[0] }

  // out = 1 / (1 + exp(−in))
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    let input = inputs[0]
    return Tensor(uninitialized: input.shape) { target in
      input.withUnsafeBuffer { source in
        let (source, target) = (source, target)
        pass.workers.forEachRange(of: source.count) { range in
          for index in range { target[index] = 1 / (1 + exp(-source[index])) }
        }
      }
    }
  }

  // d in = d out · out · (1 − out)
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let output = forward(inputs, pass)
    return LayerRecording(output: output) { gradient in
      var gradient = gradient
      gradient.withUnsafeMutableBuffer { target in
        output.withUnsafeBuffer { output in
          let (target, output) = (target, output)
          pass.workers.forEachRange(of: target.count) { range in
            for index in range { target[index] *= output[index] * (1 - output[index]) }
          }
        }
      }
      return Gradients(inputs: [gradient])
    }
  }
}
