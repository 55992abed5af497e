import Tensors

extension Corruption {
  /// Stretched here, pressed together there (Hendrycks & Dietterich 2019, after Simard et al. 2003): three points moved
  /// at random decide an affine map, and smoothed random displacements follow.
  ///
  /// The published lengths are multiples of 244 pixels, not of 224; they are kept.
  public static let elasticTransform = Corruption(
    name: "elastic_transform", title: "Elastic transform", family: .digital
  ) { picture, severity, generator in
    // Each a multiple of 244 pixels.
    let strength = length(244 * [2, 2, 0.05, 0.07, 0.12][severity - 1], in: picture)
    let smoothness = 244 * [0.7, 0.08, 0.01, 0.01, 0.01][severity - 1]
    let reach = Float(length(244 * [0.1, 0.2, 0.02, 0.02, 0.02][severity - 1], in: picture))
    let (height, width) = (picture.height, picture.width)
    let moved = (0..<3).map { _ in
      SIMD2(Double(generator.uniform(in: -reach...reach)), Double(generator.uniform(in: -reach...reach)))
    }
    let affine = AffineMove(height: height, width: width, moved: moved)
    let bent = picture.map { plane in
      Plane(height: height, width: width) { row, column in
        let source = affine.source(column: Double(column), row: Double(row))
        return plane.value(row: source.y, column: source.x, border: .mirror)
      }
    }
    let filter = GaussianFilter(standardDeviation: smoothness, border: .reflect, truncate: 3)
    let (across, down) = (displacements(), displacements())
    // Drawn for 224 pixels: smoothing over fewer numbers would leave larger displacements.
    func displacements() -> Plane {
      layer(over: picture) { height, width in
        filter.applied(
          to: Plane(height: height, width: width) { _, _ in Double(generator.uniform(in: -1...1)) })
      }.map { $0 * strength }
    }
    return bent.map { plane in
      Plane(height: height, width: width) { row, column in
        plane.value(
          row: Double(row) + down[row, column], column: Double(column) + across[row, column], border: .reflect
        )
      }
    }
  }
}

/// The affine map that moves three corners of a square in the middle of a picture.
private struct AffineMove {
  /// A place in the new picture, x to the right and y down, is taken to `origin` + its coordinates along the sides of
  /// the moved corners.
  private let origin, along, beside, corner: SIMD2<Double>
  private let side: Double

  /// - Parameter moved: by how much each corner moves, right and down: the lower right, the upper right, the upper left.
  init(height: Int, width: Int, moved: [SIMD2<Double>]) {
    let middle = SIMD2(Double(width / 2), Double(height / 2))
    let half = Double(min(height, width) / 3)
    side = 2 * half
    origin = middle - half
    // Where the corners go; the square's sides lead from the upper left one across and down.
    let (lowerRight, upperRight) = (middle + half + moved[0], middle + SIMD2(half, -half) + moved[1])
    corner = middle - half + moved[2]
    along = upperRight - corner
    beside = lowerRight - upperRight
  }

  /// Where in the old picture a place of the new one lies.
  func source(column: Double, row: Double) -> SIMD2<Double> {
    let away = SIMD2(column, row) - corner
    let determinant = along.x * beside.y - along.y * beside.x
    // Three points on a line leave no map; the picture then stays.
    guard abs(determinant) > 1e-9 else { return SIMD2(column, row) }
    let right = (away.x * beside.y - away.y * beside.x) / determinant
    let down = (along.x * away.y - along.y * away.x) / determinant
    return origin + side * SIMD2(right, down)
  }
}
