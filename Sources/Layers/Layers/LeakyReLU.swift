import Tensors

/// Passes what is above zero and scales what is below by `slope` (Maas, Hannun & Ng 2013).
public struct LeakyReLU: Layer, Hashable {
  public let slope: Float

  public init(slope: Float) { self.slope = slope }

  public var window: Window? { .pixel }
  public var response: LayerResponse? { .elementwise }
  public var treatsCellsAlone: Bool { false }

  public func outputShape(for inputs: [Shape]) throws -> Shape { inputs[0] }

  // out = in where in > 0, else slope · in
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    scaled(inputs[0], where: inputs[0], on: pass.workers)
  }

  // d in = d out where in > 0, else slope · d out (PyTorch's choice at zero)
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let (layer, input) = (self, inputs[0])
    return LayerRecording(output: forward(inputs, pass)) { gradient in
      Gradients(inputs: [layer.scaled(gradient, where: input, on: pass.workers)])
    }
  }

  /// `tensor`, scaled by the slope where `input` is not above zero.
  private func scaled(_ tensor: Tensor, where input: Tensor, on workers: Workers) -> Tensor {
    Tensor(uninitialized: tensor.shape) { target in
      tensor.withUnsafeBuffer { source in
        input.withUnsafeBuffer { input in
          let (source, input, target) = (source, input, target)
          workers.forEachRange(of: target.count) { range in
            for index in range { target[index] = input[index] > 0 ? source[index] : source[index] * slope }
          }
        }
      }
    }
  }
}
