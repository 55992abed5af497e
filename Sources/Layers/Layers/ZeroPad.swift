import Tensors

/// A feature map with rows and columns of zeros around it: `[batch, channels, height, width]` →
/// `[batch, channels, top + height + bottom, left + width + right]`.
public struct ZeroPad: Layer, Hashable {
  public let top, left, bottom, right: Int

  /// - Precondition: none is negative.
  public init(top: Int, left: Int, bottom: Int, right: Int) {
    precondition(min(top, left, bottom, right) >= 0, "padding is not negative")
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  public var window: Window? {
    Window(
      vertical: .init(kernel: 1, before: top, after: bottom),
      horizontal: .init(kernel: 1, before: left, after: right))
  }

  public var response: LayerResponse? { .linear }
  public var treatsCellsAlone: Bool { false }

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    let input = try LayerError.featureMap("zero pad", inputs)
    return [input[0], input[1], top + input[2] + bottom, left + input[3] + right]
  }

  // out[n, c, top + y, left + x] = in[n, c, y, x], all else 0
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    let input = inputs[0].shape
    let shape: Shape = [input[0], input[1], top + input[2] + bottom, left + input[3] + right]
    var result = Tensor(zeros: shape)
    result.withUnsafeMutableBuffer { target in
      inputs[0].withUnsafeBuffer { source in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        forEachRow(of: input, in: shape, pass.workers) { inner, outer in
          (target + outer).update(from: source + inner, count: input[3])
        }
      }
    }
    return result
  }

  // d in[n, c, y, x] = d out[n, c, top + y, left + x]
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let (layer, input) = (self, inputs[0].shape)
    return LayerRecording(output: forward(inputs, pass)) { gradient in
      let shape = gradient.shape
      let found = Tensor(uninitialized: input) { target in
        gradient.withUnsafeBuffer { source in
          guard let source = source.baseAddress, let target = target.baseAddress else { return }
          layer.forEachRow(of: input, in: shape, pass.workers) { inner, outer in
            (target + inner).update(from: source + outer, count: input[3])
          }
        }
      }
      return Gradients(inputs: [found])
    }
  }

  /// Calls `body` with where each row begins in the map without and in the one with zeros around it.
  private func forEachRow(of inner: Shape, in outer: Shape, _ workers: Workers, _ body: (Int, Int) -> Void) {
    workers.forEach(inner[0] * inner[1]) { plane in
      for row in 0..<inner[2] {
        body(
          (plane * inner[2] + row) * inner[3], (plane * outer[2] + top + row) * outer[3] + left)
      }
    }
  }
}
