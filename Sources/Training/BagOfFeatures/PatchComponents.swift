import Layers
import Tensors

/// What natural patches have in common, learnt from a sample: the leading patterns of contrast-normalised
/// patches, and the whitening of what they give (Coates, Lee & Ng 2011).
struct PatchComponents: Sendable {
  /// The patterns, scaled so that length 1 is the contrast at which a patch counts as weak:
  /// `[components, 3 · side · side]`. Each is orthogonal to a patch of one value.
  let patterns: Tensor
  /// `[components, components]`
  let whitening: Tensor
  /// `[components]`, added after whitening.
  let shift: Tensor

  /// - Parameters:
  ///   - patches: `[n, values]` of at least two patches.
  ///   - components: patterns kept, at most one less than `values`.
  ///   - contrast: the deviation of a patch's values that counts as weak, in the values' unit; above 0.
  ///   - softness: added to every variance before it is divided by its root, in units of the variance that a
  ///     value of a normalised patch has; above 0.
  init(_ patches: Tensor, components: Int, contrast: Double, softness: Double, workers: Workers) {
    let values = patches.shape[1]
    let weak = contrast * Double(values).squareRoot()
    let centred = PatchComponents.normalised(patches, weak: weak, workers)
    let (_, covariance) = PatchComponents.moments(centred, workers)
    let basis = SymmetricEigen(covariance, size: values)
    patterns = Tensor(
      basis.vectors.prefix(components).flatMap { vector -> [Float] in
        // The mean is zero but for rounding, and for eigenvalues of zero by construction.
        let mean = vector.reduce(0, +) / Double(values)
        return vector.map { Float(($0 - mean) / weak) }
      }, shape: [components, values])
    let described = PatchComponents.described(patches, patterns, workers)
    let (mean, spread) = PatchComponents.moments(described, workers)
    let eigen = SymmetricEigen(spread, size: components)
    // A value of a normalised patch has this variance on average.
    let unit = max(basis.values.reduce(0, +) / Double(values), 1e-12)
    var (matrix, offset): ([Float], [Float]) = ([], [])
    for (value, vector) in zip(eigen.values, eigen.vectors) {
      let scale = 1 / (max(value, 0) + softness * unit).squareRoot()
      matrix += vector.map { Float($0 * scale) }
      offset.append(Float(-scale * zip(vector, mean).reduce(0) { $0 + $1.0 * $1.1 }))
    }
    whitening = Tensor(matrix, shape: [components, components])
    shift = Tensor(offset, shape: [components])
  }

  /// Whitened descriptors `[n, components]` of patches `[n, values]`.
  func descriptors(of patches: Tensor, on workers: Workers) -> Tensor {
    Linear(weight: whitening, bias: shift).forward(
      [PatchComponents.described(patches, patterns, workers)], Pass(workers: workers, wanted: []))
  }

  private static func described(_ patches: Tensor, _ patterns: Tensor, _ workers: Workers) -> Tensor {
    let pass = Pass(workers: workers, wanted: [])
    let projected = Linear(weight: patterns).forward([patches], pass)
    let (count, width) = (projected.shape[0], projected.shape[1])
    return CellNormalisation().forward([projected.reshaped(to: [count, width, 1, 1])], pass)
      .reshaped(to: [count, width])
  }

  /// Each patch less its mean, over its length softened by `weak`.
  private static func normalised(_ patches: Tensor, weak: Double, _ workers: Workers) -> Tensor {
    let width = patches.shape[1]
    return Tensor(uninitialized: patches.shape) { target in
      patches.withUnsafeBuffer { source in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        let (from, to) = (source, target)
        workers.forEachRange(of: patches.shape[0], length: 1024) { rows in
          for row in rows {
            let (x, y) = (from + row * width, to + row * width)
            let mean = Float(sum(x, count: width) / Double(width))
            for index in 0..<width { y[index] = x[index] - mean }
            let scale = Float(1 / (weak * weak + dot(y, y, count: width)).squareRoot())
            for index in 0..<width { y[index] *= scale }
          }
        }
      }
    }
  }

  /// The mean of the rows, and their covariance in row-major order.
  private static func moments(_ rows: Tensor, _ workers: Workers) -> (mean: [Double], covariance: [Double]) {
    let (count, width) = (rows.shape[0], rows.shape[1])
    var mean = [Double](repeating: 0, count: width)
    rows.withUnsafeBuffer { buffer in
      for row in 0..<count { for index in 0..<width { mean[index] += Double(buffer[row * width + index]) } }
    }
    for index in mean.indices { mean[index] /= Double(max(count, 1)) }
    let products = Tensor(uninitialized: [width, width]) { result in
      rows.withUnsafeBuffer { rows in
        guard let rows = rows.baseAddress, let result = result.baseAddress else { return }
        let (from, to) = (rows, result)
        workers.forEachRange(of: width, length: 32) { lines in
          matrixProduct(
            m: lines.count, n: width, k: count, a: from + lines.lowerBound, aStride: width,
            transposedA: true, b: from, bStride: width, c: to + lines.lowerBound * width, cStride: width)
        }
      }
    }
    let covariance = products.withUnsafeBuffer { products in
      (0..<width * width).map { index -> Double in
        let (row, column) = (index / width, index % width)
        // Rounding differs by the block; both halves count the same.
        let both = (Double(products[index]) + Double(products[column * width + row])) / 2
        return both / Double(max(count, 1)) - mean[row] * mean[column]
      }
    }
    return (mean, covariance)
  }
}
