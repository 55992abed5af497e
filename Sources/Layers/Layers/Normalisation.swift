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

  public var window: Window? { .pixel }
  public var response: LayerResponse? { .linear }
  public var treatsCellsAlone: Bool { false }

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
    perPlane(inputs[0], pass.workers) { channel, source, target, count in
      let (mean, deviation) = (mean[channel], deviation[channel])
      for index in 0..<count { target[index] = (source[index] - mean) / deviation }
    }
  }

  // d in[n, c] = d out[n, c] / deviation[c]
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let layer = self
    return LayerRecording(output: forward(inputs, pass)) { gradient in
      Gradients(inputs: [
        layer.perPlane(gradient, pass.workers) { channel, source, target, count in
          let deviation = layer.deviation[channel]
          for index in 0..<count { target[index] = source[index] / deviation }
        }
      ])
    }
  }

  /// A tensor like `input`, filled plane by plane: `body(channel, source, target, count)`.
  private func perPlane(
    _ input: Tensor, _ workers: Workers,
    _ body: (Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  ) -> Tensor {
    let pixels = input.shape[2] * input.shape[3]
    return Tensor(uninitialized: input.shape) { target in
      input.withUnsafeBuffer { source in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        workers.forEach(input.shape[0] * mean.count) { plane in
          body(plane % mean.count, source + plane * pixels, target + plane * pixels, pixels)
        }
      }
    }
  }
}
