import Tensors

/// Feature maps of one size side by side: `[batch, Σ channels, height, width]`.
public struct Concatenation: Layer {
  public init() {}

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
    return LayerRecording(output: forward(inputs, pass)) { gradient in
      let batch = shapes[0][0]
      let total = gradient.count / batch
      var offset = 0
      return Gradients(
        inputs: shapes.map { shape in
          let length = shape.count / batch
          defer { offset += length }
          return Tensor(uninitialized: shape) { target in
            gradient.withUnsafeBuffer { source in
              guard let source = source.baseAddress, let target = target.baseAddress else { return }
              let start = offset
              pass.workers.forEach(batch) { image in
                (target + image * length).update(from: source + image * total + start, count: length)
              }
            }
          }
        })
    }
  }
}
