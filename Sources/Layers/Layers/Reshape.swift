import Tensors

/// The elements of each image under other dimensions: `[batch, …]` → `[batch] + dimensions`; nothing is copied.
public struct Reshape: Layer, Hashable {
  /// The dimensions of one image.
  public let dimensions: [Int]

  public init(dimensions: [Int]) { self.dimensions = dimensions }

  public var window: Window? { nil }
  public var response: LayerResponse? { .linear }
  public var treatsCellsAlone: Bool { false }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    guard let input = inputs.first, input.rank >= 1,
      input.dimensions.dropFirst().reduce(1, *) == dimensions.reduce(1, *)
    else {
      throw LayerError.wrongInputShape(
        layer: "reshape", expected: "\(dimensions.reduce(1, *)) elements an image", found: "\(inputs)")
    }
    return Shape([input[0]] + dimensions)
  }

  // out[n, …] = in[n, …] in row-major order
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    inputs[0].reshaped(to: Shape([inputs[0].shape[0]] + dimensions))
  }

  // d in = d out, in the input's shape
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let shape = inputs[0].shape
    return LayerRecording(output: forward(inputs, pass)) { Gradients(inputs: [$0.reshaped(to: shape)]) }
  }
}
