/// The four corners of a sticker's square on a picture, as a camera sees a flat sticker from aside.
public struct StickerCorners: Hashable, Sendable, Codable {
  public struct Point: Hashable, Sendable, Codable {
    /// Pixels from the picture's left and top edge.
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  public var topLeft: Point
  public var topRight: Point
  public var bottomRight: Point
  public var bottomLeft: Point

  public init(topLeft: Point, topRight: Point, bottomRight: Point, bottomLeft: Point) {
    self.topLeft = topLeft
    self.topRight = topRight
    self.bottomRight = bottomRight
    self.bottomLeft = bottomLeft
  }

  /// Clockwise from the top left.
  public var all: [Point] { [topLeft, topRight, bottomRight, bottomLeft] }

  /// Whether they make a convex quadrilateral with the corners in this order, which alone a flat square can be seen as.
  public var isConvex: Bool {
    let points = all
    let turns = points.indices.map { index in
      let (a, b, c) = (points[index], points[(index + 1) % 4], points[(index + 2) % 4])
      return (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x)
    }
    return turns.allSatisfy { $0 > 1e-9 }
  }
}

/// The map from a picture's pixels back to a sticker seen in perspective (Heckbert 1989).
struct StickerHomography: Sendable {
  /// Row by row: from (x, y, 1) on the picture to (u, v, w) with u/w and v/w in 0…1 on the sticker.
  private let matrix: [Double]

  /// - Parameter corners: convex.
  init(_ corners: StickerCorners) {
    let (a, b, c, d) = (corners.topLeft, corners.topRight, corners.bottomRight, corners.bottomLeft)
    // From the unit square to the corners …
    let (dx1, dx2, sx) = (b.x - c.x, d.x - c.x, a.x - b.x + c.x - d.x)
    let (dy1, dy2, sy) = (b.y - c.y, d.y - c.y, a.y - b.y + c.y - d.y)
    let determinant = dx1 * dy2 - dx2 * dy1
    let g = (sx * dy2 - dx2 * sy) / determinant
    let h = (dx1 * sy - sx * dy1) / determinant
    let m = [
      b.x - a.x + g * b.x, d.x - a.x + h * d.x, a.x, b.y - a.y + g * b.y, d.y - a.y + h * d.y, a.y, g, h, 1,
    ]
    // … and back: the adjugate, which is the inverse but for a factor that the division takes out.
    matrix = [
      m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
      m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
      m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3],
    ]
  }

  /// Where a point of the picture lies on the sticker, its square being 0…1 both ways; nil behind the camera.
  @inline(__always)
  func onSticker(x: Double, y: Double) -> (u: Double, v: Double)? {
    let w = matrix[6] * x + matrix[7] * y + matrix[8]
    guard w > 1e-12 else { return nil }
    return (
      (matrix[0] * x + matrix[1] * y + matrix[2]) / w, (matrix[3] * x + matrix[4] * y + matrix[5]) / w
    )
  }
}
