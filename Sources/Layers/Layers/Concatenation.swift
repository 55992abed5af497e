import Tensors

/// Feature maps of one size side by side: `[batch, Σ channels, height, width]`.
public struct Concatenation: Layer {
  public init() {}

  public var window: Window? { .pixel }
  public var response: LayerResponse? { .linear }
  public var treatsCellsAlone: Bool { false }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    let first = try LayerError.featureMap("concatenation", inputs)
    for shape in inputs
    where shape.rank != 4 || shape[0] != first[0] || shape[2] != first[2] || shape[3] != first[3] {
      throw LayerError.wrongInputShape(
        layer: "concatenation", expected: "feature maps of one size", found: "\(inputs)")
    }
    return [first[0], inputs.reduce(0) { $0 + $1[1] }, first[2], first[3]]
  }

  // out[n, offset(i) + c] = in_i[n, c]
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    let first = inputs[0].shape
    let lengths = inputs.map { $0.count / first[0] }
    let total = lengths.reduce(0, +)
    let channels = inputs.reduce(0) { $0 + $1.shape[1] }
    return Tensor(uninitialized: [first[0], channels, first[2], first[3]]) { target in
      guard let target = target.baseAddress else { return }
      var offset = 0
      for (input, length) in zip(inputs, lengths) {
        input.withUnsafeBuffer { source in
          guard let source = source.baseAddress else { return }
          let start = offset
          pass.workers.forEach(first[0]) { image in
            (target + image * total + start).update(from: source + image * length, count: length)
          }
        }
        offset += length
      }
    }
  }

  // d in_i[n, c] = d out[n, offset(i) + c]
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let shapes = inputs.map(\.shape)
    let channels = shapes.reduce(0) { $0 + $1[1] }
    return LayerRecording(
      output: forward(inputs, pass), passed: nil, inputs: inputs.count, on: pass.workers
    ) { gradient, arrivals in
      var offset = 0
      return Gradients(
        inputs: shapes.indices.map { index in
          let shape = shapes[index]
          let (pixels, first) = (shape[2] * shape[3], offset)
          offset += shape[1]
          return gradient.withUnsafeBuffer { source in
            arrivals[index].receive(shape, on: pass.workers) { plane, target in
              let (image, channel) = (plane / shape[1], plane % shape[1])
              guard let source = source.baseAddress else { return }
              target.update(from: source + (image * channels + first + channel) * pixels, count: pixels)
            }
          }
        })
    }
  }
}
