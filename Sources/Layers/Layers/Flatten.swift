import Tensors

/// `[batch, …]` seen as `[batch, everything else]`; nothing is copied.
public struct Flatten: Layer {
  public init() {}

  public var window: Window? { nil }
  public var response: LayerResponse? { .linear }
  public var treatsCellsAlone: Bool { false }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    guard let input = inputs.first, input.rank >= 1 else {
      throw LayerError.wrongInputShape(layer: "flatten", expected: "[batch, …]", found: "\(inputs)")
    }
    return [input[0], input.dimensions.dropFirst().reduce(1, *)]
  }

  // out[n, i] = in[n, …]
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    let input = inputs[0]
    return input.reshaped(to: [input.shape[0], input.shape.dimensions.dropFirst().reduce(1, *)])
  }

  // d in = d out, in the input's shape
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let shape = inputs[0].shape
    return LayerRecording(output: forward(inputs, pass)) { Gradients(inputs: [$0.reshaped(to: shape)]) }
  }
}
