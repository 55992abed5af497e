import Foundation

/// Where, how large and how turned a sticker lies on a picture.
public struct StickerPlacement: Hashable, Sendable, Codable {
  /// The left edge of the unrotated square, in pixels from the picture's left edge.
  public var x: Double
  /// The top edge of the unrotated square, in pixels from the picture's top edge.
  public var y: Double
  /// Picture pixels for each sticker pixel.
  public var scale: Double
  /// Degrees counter-clockwise, as seen, about the square's centre.
  public var rotation: Double
  /// Where the square's corners lie when it is seen in perspective, in place of what the other numbers say; nil when
  /// it is seen straight on.
  public var corners: StickerCorners?

  public init(x: Double, y: Double, scale: Double = 1, rotation: Double = 0) {
    self.x = x
    self.y = y
    self.scale = scale
    self.rotation = rotation
  }

  /// A sticker seen in perspective.
  ///
  /// - Throws: `AdversaryError.setting` unless the corners make a convex quadrilateral, clockwise from the top left.
  public init(corners: StickerCorners) throws {
    try requireSetting(
      corners.isConvex, "corners", "a convex quadrilateral, clockwise from the top left corner",
      corners.all.map { "\($0.x),\($0.y)" }.joined(separator: " "))
    self.init(x: corners.all.map(\.x).min() ?? 0, y: corners.all.map(\.y).min() ?? 0)
    self.corners = corners
  }

  /// The same place with every corner moved towards the middle.
  ///
  /// - Parameters:
  ///   - side: of the sticker, in its own pixels.
  ///   - shares: of the side, along it both ways for each corner clockwise from the top left; each in 0..<0.5.
  func inPerspective(side: Int, shares: [(x: Double, y: Double)]) -> StickerPlacement {
    let half = scale * Double(side) / 2
    let (cosine, sine) = turn
    let signs: [(x: Double, y: Double)] = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    let points = zip(signs, shares).map { sign, share in
      let right = sign.x * half * (1 - 2 * share.x)
      let down = sign.y * half * (1 - 2 * share.y)
      return StickerCorners.Point(
        x: x + half + cosine * right + sine * down, y: y + half - sine * right + cosine * down)
    }
    var placement = self
    placement.corners = StickerCorners(
      topLeft: points[0], topRight: points[1], bottomRight: points[2], bottomLeft: points[3])
    return placement
  }

  /// The cosine and sine of the rotation; exact for multiples of 90°, so that such turns copy pixels.
  var turn: (cosine: Double, sine: Double) { StickerPlacement.turn(degrees: rotation) }

  static func turn(degrees: Double) -> (cosine: Double, sine: Double) {
    switch degrees.truncatingRemainder(dividingBy: 360) {
    case 0: (1, 0)
    case 90, -270: (0, 1)
    case 180, -180: (-1, 0)
    case 270, -90: (0, -1)
    case let rest: (cos(rest * .pi / 180), sin(rest * .pi / 180))
    }
  }
}

extension StickerPlacement {
  /// Whether every visible part of `sticker` lies inside a picture of that size, to 1e-6 of a pixel.
  public func isInside(_ sticker: Sticker, imageHeight: Int, imageWidth: Int) -> Bool {
    let slack = 1e-6
    if let corners {
      return corners.all.allSatisfy {
        $0.x >= -slack && $0.y >= -slack && $0.x <= Double(imageWidth) + slack
          && $0.y <= Double(imageHeight) + slack
      }
    }
    let extent = StickerOutline(alpha: sticker.alpha).extent(scale: scale, rotation: rotation)
    let half = scale * Double(sticker.side) / 2
    return x + half + extent.left >= -slack && y + half + extent.top >= -slack
      && x + half + extent.right <= Double(imageWidth) + slack
      && y + half + extent.bottom <= Double(imageHeight) + slack
  }
}
