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

  public func outputShape(for inputs: [Shape]) throws -> Shape {
    let input = try LayerError.featureMap("average pool", inputs)
    let (height, width) = try LayerError.spatialSize(
      "average pool", geometry, on: input, roundingUp: roundingUp)
    return [input[0], input[1], height, width]
  }

  // out[n, c, p] = Σ taps inside / cells counted
  public func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    let shape = inputs[0].shape
    let rows = spans(geometry.vertical, shape[2])
    let columns = spans(geometry.horizontal, shape[3])
    return Tensor(uninitialized: [shape[0], shape[1], rows.count, columns.count]) { result in
      inputs[0].withUnsafeBuffer { source in
        guard let x = source.baseAddress, let y = result.baseAddress else { return }
        pass.workers.forEach(shape[0] * shape[1]) { plane in
          let image = x + plane * shape[2] * shape[3]
          var index = plane * rows.count * columns.count
          for row in rows {
            for column in columns {
              var total: Float = 0
              for inputRow in row.inside {
                for inputColumn in column.inside { total += image[inputRow * shape[3] + inputColumn] }
              }
              y[index] = total / Float(row.counted * column.counted)
              index += 1
            }
          }
        }
      }
    }
  }

  // d in[n, c, i] = Σ_{p whose window holds i} d out[n, c, p] / cells counted
  public func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    let shape = inputs[0].shape
    let rows = spans(geometry.vertical, shape[2])
    let columns = spans(geometry.horizontal, shape[3])
    return LayerRecording(output: forward(inputs, pass)) { gradient in
      let inputPixels = shape[2] * shape[3]
      return Gradients(inputs: [
        Tensor(uninitialized: shape) { target in
          gradient.withUnsafeBuffer { source in
            guard let dx = target.baseAddress, let g = source.baseAddress else { return }
            pass.workers.forEach(shape[0] * shape[1]) { plane in
              let start = dx + plane * inputPixels
              start.update(repeating: 0, count: inputPixels)
              var index = plane * rows.count * columns.count
              for row in rows {
                for column in columns {
                  let share = g[index] / Float(row.counted * column.counted)
                  for inputRow in row.inside {
                    for inputColumn in column.inside { start[inputRow * shape[3] + inputColumn] += share }
                  }
                  index += 1
                }
              }
            }
          }
        }
      ])
    }
  }

  /// For each output along one axis: the input cells under its window and the cells that count.
  private func spans(_ axis: Window.Axis, _ input: Int) -> [(inside: Range<Int>, counted: Int)] {
    (0..<axis.outputSize(for: input, roundingUp: roundingUp)).map { output in
      let first = output * axis.stride - axis.before
      let last = min(first + axis.kernel, input + axis.after)
      let inside = max(first, 0)..<max(max(first, 0), min(last, input))
      return (inside, countsPadding ? last - first : max(inside.count, 1))
    }
  }
}
