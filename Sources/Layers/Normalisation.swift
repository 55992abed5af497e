import Tensors

/// What a network does to pixels before anything else: `(in − mean) / deviation` for each channel.
public struct Normalisation: Layer, Hashable {
  /// One entry a channel, in units of pixel values 0…1.
  public let mean: [Float]
  public let deviation: [Float]

  public init(mean: [Float], deviation: [Float]) {
    precondition(mean.count == deviation.count && deviation.allSatisfy { $0 != 0 })
    self.mean = mean
    self.deviation = deviation
  }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    let input = try LayerError.featureMap("picture", inputs)
    guard input[1] == mean.count else {
      throw LayerError.wrongInputShape(
        layer: "picture", expected: "\(mean.count) channels", found: "\(input)")
    }
    return input
  }

  // out[n, c] = (in[n, c] − mean[c]) / deviation[c]
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    affine(inputs[0]) { channel, value in (value - mean[channel]) / deviation[channel] }
  }

  // d in[n, c] = d out[n, c] / deviation[c]
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let layer = self
    return LayerRecording(output: forward(inputs, pass)) { gradient in
      Gradients(inputs: [layer.affine(gradient) { channel, value in value / layer.deviation[channel] }])
    }
  }

  private func affine(_ input: Tensor, _ transform: (Int, Float) -> Float) -> Tensor {
    let pixels = input.shape[2] * input.shape[3]
    return Tensor(uninitialized: input.shape) { target in
      input.withUnsafeBuffer { source in
        for plane in 0..<input.shape[0] * mean.count {
          let channel = plane % mean.count
          for pixel in plane * pixels..<(plane + 1) * pixels {
            target[pixel] = transform(channel, source[pixel])
          }
        }
      }
    }
  }
}
