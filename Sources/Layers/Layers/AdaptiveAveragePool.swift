import Tensors

/// The mean over a grid of `rows` × `columns` rectangles that cover the input whatever its size, as PyTorch's
/// `AdaptiveAvgPool2d`: `[batch, channels, height, width]` → `[batch, channels, rows, columns]`.
///
/// Rectangle `i` of `n` on `size` cells is `⌊i·size/n⌋ ..< ⌈(i+1)·size/n⌉`: neighbours share cells where `n` does
/// not divide `size`, and cells repeat where the input is smaller than the grid.
public struct AdaptiveAveragePool: Layer {
  public let rows, columns: Int

  public init(rows: Int, columns: Int) {
    precondition(rows > 0 && columns > 0, "a grid has a cell, found \(rows) × \(columns)")
    self.rows = rows
    self.columns = columns
  }

  public var window: Window? { nil }
  public var response: LayerResponse? { .linear }
  public var treatsCellsAlone: Bool { false }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    let input = try LayerError.featureMap("adaptive average pool", inputs)
    guard input[2] > 0, input[3] > 0 else {
      throw LayerError.inputTooSmall(layer: "adaptive average pool", kernel: 1, found: "\(input)")
    }
    return [input[0], input[1], rows, columns]
  }

  // out[n, c, i, j] = mean of in[n, c, rectangle (i, j)]
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    let input = inputs[0]
    return isIdentity(on: input.shape) ? input : means(over: input.shape).forward(input, on: pass.workers)
  }

  // d in[n, c, p] = Σ_{rectangles that hold p} d out[n, c, rectangle] / its cells
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let shape = inputs[0].shape
    let output = forward(inputs, pass)
    if isIdentity(on: shape) { return LayerRecording(output: output) { Gradients(inputs: [$0]) } }
    let means = means(over: shape)
    return LayerRecording(output: output) { gradient in
      Gradients(inputs: [means.inputGradient(gradient, input: shape, on: pass.workers)])
    }
  }

  private func isIdentity(on shape: Shape) -> Bool { shape[2] == rows && shape[3] == columns }

  private func means(over shape: Shape) -> SpanMeans {
    func spans(_ count: Int, _ size: Int) -> [SpanMeans.Span] {
      (0..<count).map { index in
        let inside = index * size / count..<((index + 1) * size + count - 1) / count
        return SpanMeans.Span(inside: inside, counted: inside.count)
      }
    }
    return SpanMeans(rows: spans(rows, shape[2]), columns: spans(columns, shape[3]))
  }
}
