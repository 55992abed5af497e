import Tensors

/// The outline of a sticker inside its square.
public enum StickerMask: String, Codable, Hashable, Sendable, CaseIterable {
  /// The whole square.
  case square
  /// The inscribed circle, anti-aliased.
  case circle

  /// How much of each pixel the shape covers, `[side, side]` in 0…1.
  ///
  /// A circle's edge pixels are measured on a grid of 16×16 points, so inner pixels are exactly 1 and outer
  /// ones exactly 0.
  public func alpha(side: Int) -> Tensor {
    switch self {
    case .square: Tensor(repeating: 1, shape: [side, side])
    case .circle: StickerMask.discAlpha(side: side)
    }
  }

  private static func discAlpha(side: Int) -> Tensor {
    let points = 16
    // Lengths in half sub-pixels keep the comparison in whole numbers: the centre lies at side·points.
    let radius = side * points
    return Tensor(uninitialized: [side, side]) { alpha in
      for row in 0..<side {
        for column in 0..<side {
          var inside = 0
          for subRow in 0..<points {
            let dy = 2 * (row * points + subRow) + 1 - radius
            for subColumn in 0..<points {
              let dx = 2 * (column * points + subColumn) + 1 - radius
              if dx * dx + dy * dy <= radius * radius { inside += 1 }
            }
          }
          alpha[row * side + column] = Float(inside) / Float(points * points)
        }
      }
    }
  }
}

extension StickerMask {
  /// The side of a sticker, as a share of a square picture's, that covers `area` of it: √area for a square,
  /// 2·√(area / π) for a circle (Brown et al. 2017).
  public func side(ofArea area: Double) -> Double {
    switch self {
    case .square: area.squareRoot()
    case .circle: 2 * (area / .pi).squareRoot()
    }
  }
}
