import Tensors

/// The mean of each channel over all pixels: `[batch, channels, height, width]` → `[batch, channels, 1, 1]`.
public struct GlobalAveragePool: Layer {
  public init() {}

  public var window: Window? { nil }
  public var response: LayerResponse? { .linear }
  public var treatsCellsAlone: Bool { false }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    let input = try LayerError.featureMap("global average pool", inputs)
    return [input[0], input[1], 1, 1]
  }

  // out[n, c] = mean_p in[n, c, p]
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    let shape = inputs[0].shape
    let pixels = shape[2] * shape[3]
    return Tensor(uninitialized: [shape[0], shape[1], 1, 1]) { result in
      inputs[0].withUnsafeBuffer { input in
        guard let base = input.baseAddress else { return }
        for plane in result.indices {
          result[plane] = Float(sum(base + plane * pixels, count: pixels) / Double(pixels))
        }
      }
    }
  }

  // d in[n, c, p] = d out[n, c] / pixels
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let shape = inputs[0].shape
    return LayerRecording(output: forward(inputs, pass)) { gradient in
      let pixels = shape[2] * shape[3]
      return Gradients(inputs: [
        Tensor(uninitialized: shape) { target in
          gradient.withUnsafeBuffer { gradient in
            guard let start = target.baseAddress else { return }
            for plane in gradient.indices {
              (start + plane * pixels).update(repeating: gradient[plane] / Float(pixels), count: pixels)
            }
          }
        }
      ])
    }
  }
}
