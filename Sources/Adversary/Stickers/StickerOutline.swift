import Tensors

/// The corners of the visible part of a sticker, from which its extent at any scale and rotation follows.
struct StickerOutline: Sendable {
  /// Left, right, top and bottom edges relative to the square's centre, in picture pixels.
  struct Extent {
    var left = 0.0
    var right = 0.0
    var top = 0.0
    var bottom = 0.0
    var width: Double { right - left }
    var height: Double { bottom - top }
  }

  /// Corner points of the outermost visible pixels of each row, relative to the centre, in sticker pixels.
  private let corners: [(x: Double, y: Double)]

  /// - Parameter alpha: `[side, side]`
  init(alpha: Tensor) {
    let side = alpha.shape[0]
    let middle = Double(side) / 2
    var corners: [(x: Double, y: Double)] = []
    alpha.withUnsafeBuffer { alpha in
      for row in 0..<side {
        let visible = (0..<side).filter { alpha[row * side + $0] > 0 }
        guard let first = visible.first, let last = visible.last else { continue }
        for y in [Double(row) - middle, Double(row + 1) - middle] {
          corners.append((Double(first) - middle, y))
          corners.append((Double(last + 1) - middle, y))
        }
      }
    }
    self.corners = corners
  }

  /// The bounding box of the visible part.
  ///
  /// - Parameter rotation: degrees, counter-clockwise as seen.
  func extent(scale: Double, rotation: Double) -> Extent {
    guard let start = corners.first else { return Extent() }
    let (cosine, sine) = StickerPlacement.turn(degrees: rotation)
    func turned(_ point: (x: Double, y: Double)) -> (x: Double, y: Double) {
      (scale * (cosine * point.x + sine * point.y), scale * (cosine * point.y - sine * point.x))
    }
    let first = turned(start)
    return corners.reduce(into: Extent(left: first.x, right: first.x, top: first.y, bottom: first.y)) {
      let point = turned($1)
      $0.left = min($0.left, point.x)
      $0.right = max($0.right, point.x)
      $0.top = min($0.top, point.y)
      $0.bottom = max($0.bottom, point.y)
    }
  }
}

extension Sticker {
  /// The size of the smallest upright rectangle around what is seen of the unturned sticker, in picture pixels.
  ///
  /// - Parameter scale: picture pixels for each sticker pixel.
  public func visibleSize(scale: Double = 1) -> (width: Double, height: Double) {
    let extent = StickerOutline(alpha: alpha).extent(scale: scale, rotation: 0)
    return (extent.width, extent.height)
  }
}
