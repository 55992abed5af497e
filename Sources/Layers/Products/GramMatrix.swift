import Tensors

/// How the channels of a feature map go together, whatever the place: G = F·Fᵀ / cells, for F `[channels, cells]`
/// (Gatys, Ecker & Bethge 2015, 1505.07376).
///
/// Divided by the number of cells, so that pictures of different size can be compared.
public struct GramMatrix: Sendable {
  /// `[channels, channels]`, symmetric.
  public let values: Tensor

  /// Cells or channels in a block of work.
  private static let block = (cells: 2048, channels: 32)

  /// - Parameter features: of one picture, `[1, channels, rows, columns]`.
  public init(_ features: Tensor, on workers: Workers) {
    let (channels, cells) = GramMatrix.size(of: features)
    let scale = 1 / Float(cells)
    // Sums over parts of the cells, joined in their order: short ones round less.
    let length = GramMatrix.block.cells
    let parts = (cells + length - 1) / length
    let partial = Tensor(uninitialized: [parts, channels, channels]) { target in
      features.withUnsafeBuffer { source in
        guard let f = source.baseAddress, let g = target.baseAddress else { return }
        workers.forEach(parts) { part in
          let first = part * length
          matrixProduct(
            m: channels, n: channels, k: min(length, cells - first), a: f + first, aStride: cells,
            b: f + first, bStride: cells, transposedB: true, c: g + part * channels * channels,
            cStride: channels)
        }
      }
    }
    values = Tensor(uninitialized: [channels, channels]) { target in
      partial.withUnsafeBuffer { source in
        for index in target.indices {
          var total = 0.0
          for part in 0..<parts { total += Double(source[part * channels * channels + index]) }
          target[index] = Float(total) * scale
        }
      }
    }
  }

  /// The sum of all squares.
  public var squaredNorm: Double { values.withUnsafeBuffer { $0.reduce(0) { $0 + Double($1) * Double($1) } } }

  /// ‖G − target‖² / `scale`, and its gradient with respect to the features G is of: 4 (G − target)·F / (cells·scale).
  ///
  /// - Parameters:
  ///   - target: of as many channels.
  ///   - features: `[1, channels, rows, columns]`.
  ///   - scale: above 0.
  public static func distance(
    of features: Tensor, to target: GramMatrix, scale: Double, on workers: Workers
  ) -> (value: Double, gradient: Tensor) {
    let (channels, cells) = size(of: features)
    precondition(target.values.shape == [channels, channels], "a Gram matrix of other features")
    let own = GramMatrix(features, on: workers)
    var value = 0.0
    let factor = Float(4 / (Double(cells) * scale))
    let difference = Tensor(uninitialized: [channels, channels]) { result in
      own.values.withUnsafeBuffer { own in
        target.values.withUnsafeBuffer { target in
          for index in result.indices {
            let step = own[index] - target[index]
            value += Double(step) * Double(step)
            result[index] = step * factor
          }
        }
      }
    }
    let gradient = Tensor(uninitialized: features.shape) { result in
      difference.withUnsafeBuffer { difference in
        features.withUnsafeBuffer { source in
          guard let d = difference.baseAddress, let f = source.baseAddress, let g = result.baseAddress
          else { return }
          let (length, height) = block
          let columns = (cells + length - 1) / length
          workers.forEach(columns * ((channels + height - 1) / height)) { place in
            let (row, column) = (place / columns * height, place % columns * length)
            matrixProduct(
              m: min(height, channels - row), n: min(length, cells - column), k: channels,
              a: d + row * channels, aStride: channels, b: f + column, bStride: cells,
              c: g + row * cells + column, cStride: cells)
          }
        }
      }
    }
    return (value / scale, gradient)
  }

  private static func size(of features: Tensor) -> (channels: Int, cells: Int) {
    precondition(features.shape.rank == 4 && features.shape[0] == 1, "one feature map, not \(features.shape)")
    return (features.shape[1], features.shape[2] * features.shape[3])
  }
}
