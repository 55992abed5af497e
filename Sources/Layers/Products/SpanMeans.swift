import Tensors

/// The means of rectangles of cells, each a span of rows by a span of columns: what average pools compute,
/// whether their windows move evenly or adapt to the input.
struct SpanMeans: Sendable {
  /// The input cells behind one output cell along one axis.
  struct Span: Hashable, Sendable {
    let inside: Range<Int>
    /// How many cells the sum is divided by.
    let counted: Int
  }

  let rows, columns: [Span]

  // out[n, c, i, j] = Σ_{y in row i, x in column j} in[n, c, y, x] / cells counted
  func forward(_ input: Tensor, on workers: Workers) -> Tensor {
    let shape = input.shape
    return Tensor(uninitialized: [shape[0], shape[1], rows.count, columns.count]) { result in
      input.withUnsafeBuffer { source in
        guard let x = source.baseAddress, let y = result.baseAddress else { return }
        workers.forEach(shape[0] * shape[1]) { plane in
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

  // d in[n, c, y, x] = Σ_{i, j whose spans hold y and x} d out[n, c, i, j] / cells counted
  func inputGradient(_ gradient: Tensor, input shape: Shape, on workers: Workers) -> Tensor {
    let inputPixels = shape[2] * shape[3]
    return Tensor(uninitialized: shape) { target in
      gradient.withUnsafeBuffer { source in
        guard let dx = target.baseAddress, let g = source.baseAddress else { return }
        workers.forEach(shape[0] * shape[1]) { plane in
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
  }
}
