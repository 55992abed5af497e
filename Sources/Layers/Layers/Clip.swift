import Tensors

/// Raises what is below `floor` and lowers what is above `ceiling`, element by element: ReLU is
/// `0…∞`, ReLU6 is `0…6`.
public struct Clip: Layer, Hashable {
  public let floor: Float
  public let ceiling: Float

  public init(floor: Float, ceiling: Float) {
    self.floor = floor
    self.ceiling = ceiling
  }

  public static let relu = Clip(floor: 0, ceiling: .infinity)
  public static let relu6 = Clip(floor: 0, ceiling: 6)

  public var window: Window? { .pixel }
  public var response: LayerResponse? { .elementwise }
  public var treatsCellsAlone: Bool { true }

  public func outputShape(for inputs: [Shape]) throws -> Shape { inputs[0] }

  // out = min(max(in, floor), ceiling)
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    let input = inputs[0]
    return Tensor(uninitialized: input.shape) { result in
      input.withUnsafeBuffer { input in
        let (source, target) = (input, result)
        pass.workers.forEachRange(of: input.count) { range in
          for index in range { target[index] = min(max(source[index], floor), ceiling) }
        }
      }
    }
  }

  // d in = d out where floor < out < ceiling, else 0 (PyTorch's choice at the corners)
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let output = forward(inputs, pass)
    return LayerRecording(output: output) { [floor, ceiling] gradient in
      var gradient = gradient
      gradient.mask(where: output, isBetween: floor, and: ceiling, on: pass.workers)
      return Gradients(inputs: [gradient])
    }
  }
}
