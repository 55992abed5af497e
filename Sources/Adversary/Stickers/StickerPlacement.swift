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

  public init(x: Double, y: Double, scale: Double = 1, rotation: Double = 0) {
    self.x = x
    self.y = y
    self.scale = scale
    self.rotation = rotation
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
    let extent = StickerOutline(alpha: sticker.alpha).extent(scale: scale, rotation: rotation)
    let half = scale * Double(sticker.side) / 2
    let slack = 1e-6
    return x + half + extent.left >= -slack && y + half + extent.top >= -slack
      && x + half + extent.right <= Double(imageWidth) + slack
      && y + half + extent.bottom <= Double(imageHeight) + slack
  }
}
