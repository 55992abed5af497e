import Tensors

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
  public var isConvex: Bool { ProjectiveMap.isConvex(all.map(\.vector)) }

  /// From the picture's pixels back to the sticker, its square being 0…1 both ways; of convex corners.
  var ontoSticker: ProjectiveMap {
    ProjectiveMap(
      unitSquareOnto: topLeft.vector, topRight.vector, bottomRight.vector, bottomLeft.vector
    ).inverse
  }

  /// The left and top edge and the side where the corners are those of a square seen straight on; otherwise nil.
  var straight: (x: Double, y: Double, side: Double)? {
    let (width, height) = (topRight.x - topLeft.x, bottomLeft.y - topLeft.y)
    guard topRight.y == topLeft.y, bottomLeft.x == topLeft.x, bottomRight.x == topRight.x,
      bottomRight.y == bottomLeft.y, width == height, width > 0
    else { return nil }
    return (topLeft.x, topLeft.y, width)
  }
}

extension StickerCorners.Point {
  fileprivate var vector: SIMD2<Double> { SIMD2(x, y) }
}
