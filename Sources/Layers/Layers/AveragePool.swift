import Tensors

/// The mean under a moving window; padding counts as zeros, as in PyTorch's default.
public struct AveragePool: Layer {
  public let geometry: Window
  /// Whether a last window may reach past the end.
  public let roundingUp: Bool
  /// Whether padding cells count in the divisor.
  public let countsPadding: Bool

  public init(geometry: Window, roundingUp: Bool = false, countsPadding: Bool = true) {
    self.geometry = geometry
    self.roundingUp = roundingUp
    self.countsPadding = countsPadding
  }

  public var window: Window? { geometry }
  public var response: LayerResponse? { .linear }
  public var treatsCellsAlone: Bool { false }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    let input = try LayerError.featureMap("average pool", inputs)
    let (height, width) = try LayerError.spatialSize(
      "average pool", geometry, on: input, roundingUp: roundingUp)
    return [input[0], input[1], height, width]
  }

  // out[n, c, p] = Σ taps inside / cells counted
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    means(over: inputs[0].shape).forward(inputs[0], on: pass.workers)
  }

  // d in[n, c, i] = Σ_{p whose window holds i} d out[n, c, p] / cells counted
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let shape = inputs[0].shape
    let means = means(over: shape)
    return LayerRecording(output: means.forward(inputs[0], on: pass.workers)) { gradient in
      Gradients(inputs: [means.inputGradient(gradient, input: shape, on: pass.workers)])
    }
  }

  private func means(over shape: Shape) -> SpanMeans {
    SpanMeans(rows: spans(geometry.vertical, shape[2]), columns: spans(geometry.horizontal, shape[3]))
  }

  /// For each output along one axis: the input cells under its window and the cells that count.
  private func spans(_ axis: Window.Axis, _ input: Int) -> [SpanMeans.Span] {
    (0..<axis.outputSize(for: input, roundingUp: roundingUp)).map { output in
      let first = output * axis.stride - axis.before
      let last = min(first + axis.kernel, input + axis.after)
      let inside = max(first, 0)..<max(max(first, 0), min(last, input))
      return SpanMeans.Span(inside: inside, counted: countsPadding ? last - first : max(inside.count, 1))
    }
  }
}
