import Tensors

/// Where on a picture a sticker may lie, in pixels from its left and top edge.
public enum StickerRegion: Hashable, Sendable, Codable {
  case anywhere
  /// Every visible part within these edges.
  case within(left: Double, top: Double, right: Double, bottom: Double)
  /// The visible part's left and top edges.
  case at(x: Double, y: Double)

  /// The left and top edges to begin at, and the room from there.
  func bounds(imageHeight: Int, imageWidth: Int) -> (left: Double, top: Double, width: Double, height: Double)
  {
    switch self {
    case .anywhere: (0, 0, Double(imageWidth), Double(imageHeight))
    case .within(let left, let top, let right, let bottom):
      (
        left, top, min(right, Double(imageWidth)) - left, min(bottom, Double(imageHeight)) - top
      )
    case .at(let x, let y): (x, y, Double(imageWidth) - x, Double(imageHeight) - y)
    }
  }
}

/// Random placements that keep the whole sticker inside the picture.
public struct PlacementSampler: Hashable, Sendable, Codable {
  /// Picture pixels for each sticker pixel, drawn uniformly.
  public var scale: ClosedRange<Double>
  /// Degrees counter-clockwise, drawn uniformly; Brown et al. 2017 use −22.5…22.5.
  public var rotation: ClosedRange<Double>
  /// Whether the visible part's left and top edges lie on whole pixels; with scale 1 and rotation 0 the
  /// sticker's pixels are then copied exactly.
  public var onWholePixels: Bool
  /// Which part of the picture may be covered.
  public var region: StickerRegion
  /// How far each corner may move towards the middle, both ways, as a share of the side; drawn uniformly from 0.
  public var perspective: Double

  public init(
    scale: ClosedRange<Double> = 1...1, rotation: ClosedRange<Double> = 0...0, onWholePixels: Bool = true,
    region: StickerRegion = .anywhere, perspective: Double = 0
  ) {
    self.scale = scale
    self.rotation = rotation
    self.onWholePixels = onWholePixels
    self.region = region
    self.perspective = perspective
  }

  /// Draws one placement, uniform over those where every visible part of the sticker is inside the picture.
  ///
  /// - Throws: `AdversaryError.stickerLargerThanImage` when there is none at the drawn scale and rotation.
  public func placement(
    of sticker: Sticker, imageHeight: Int, imageWidth: Int,
    using generator: inout some RandomNumberGenerator
  ) throws -> StickerPlacement {
    try placement(
      of: StickerOutline(alpha: sticker.alpha), side: sticker.side, imageHeight: imageHeight,
      imageWidth: imageWidth, using: &generator)
  }

  func placement(
    of outline: StickerOutline, side: Int, imageHeight: Int, imageWidth: Int,
    using generator: inout some RandomNumberGenerator
  ) throws -> StickerPlacement {
    let scale = uniform(self.scale, using: &generator)
    let rotation = uniform(self.rotation, using: &generator)
    let extent = extent(of: outline, side: side, scale: scale, rotation: rotation)
    let bounds = region.bounds(imageHeight: imageHeight, imageWidth: imageWidth)
    let freeX = bounds.width - extent.width
    let freeY = bounds.height - extent.height
    guard freeX >= 0, freeY >= 0 else {
      throw AdversaryError.stickerLargerThanImage(
        width: extent.width, height: extent.height, imageWidth: Int(bounds.width),
        imageHeight: Int(bounds.height))
    }
    let isFixed = if case .at = region { true } else { false }
    let left = bounds.left + (isFixed ? 0 : offset(upTo: freeX, using: &generator))
    let top = bounds.top + (isFixed ? 0 : offset(upTo: freeY, using: &generator))
    // From the visible part's edge to the edge of the unrotated square around the same centre.
    let half = scale * Double(side) / 2
    let placement = StickerPlacement(
      x: left - extent.left - half, y: top - extent.top - half, scale: scale, rotation: rotation)
    guard perspective > 0 else { return placement }
    let shares = (0..<4).map { _ in
      (x: uniform(0...perspective, using: &generator), y: uniform(0...perspective, using: &generator))
    }
    return placement.inPerspective(side: side, shares: shares)
  }

  /// The bounding box to keep inside. Corners in perspective stay in the square seen straight on, but a shape within may
  /// come nearer to them than it was.
  private func extent(
    of outline: StickerOutline, side: Int, scale: Double, rotation: Double
  ) -> StickerOutline.Extent {
    perspective > 0
      ? StickerOutline(alpha: Tensor(repeating: 1, shape: [side, side])).extent(
        scale: scale, rotation: rotation)
      : outline.extent(scale: scale, rotation: rotation)
  }

  /// Checks the settings, and that the sticker fits at the greatest scale whatever the rotation.
  ///
  /// - Throws: `AdversaryError.setting` or `.stickerLargerThanImage`.
  public func validate(_ sticker: Sticker, imageHeight: Int, imageWidth: Int) throws {
    guard scale.lowerBound > 0, scale.upperBound.isFinite else {
      throw AdversaryError.setting(
        name: "scale", expected: "finite numbers above 0",
        found: "\(scale.lowerBound)…\(scale.upperBound)")
    }
    guard rotation.lowerBound >= -360, rotation.upperBound <= 360 else {
      throw AdversaryError.setting(
        name: "rotation", expected: "degrees in −360…360",
        found: "\(rotation.lowerBound)…\(rotation.upperBound)")
    }
    try requireSetting(
      perspective >= 0 && perspective < 0.5, "perspective", "a share in 0..<0.5", perspective)
    let bounds = region.bounds(imageHeight: imageHeight, imageWidth: imageWidth)
    try requireSetting(
      bounds.left >= 0 && bounds.top >= 0 && bounds.width > 0 && bounds.height > 0, "region",
      "edges inside the picture's \(imageWidth)×\(imageHeight) pixels", "\(region)")
    let outline = StickerOutline(alpha: sticker.alpha)
    let angles = 64
    for step in 0...angles {
      let share = Double(step) / Double(angles)
      let angle = rotation.lowerBound + share * (rotation.upperBound - rotation.lowerBound)
      let extent = extent(of: outline, side: sticker.side, scale: scale.upperBound, rotation: angle)
      guard extent.width <= bounds.width, extent.height <= bounds.height else {
        throw AdversaryError.stickerLargerThanImage(
          width: extent.width, height: extent.height, imageWidth: Int(bounds.width),
          imageHeight: Int(bounds.height))
      }
    }
  }

  /// An offset in 0…free, a whole number where the sampler wants one.
  private func offset(upTo free: Double, using generator: inout some RandomNumberGenerator) -> Double {
    onWholePixels
      ? Double(generator.uniform(below: Int(free.rounded(.down)) + 1))
      : uniform(0...free, using: &generator)
  }

  private func uniform(
    _ range: ClosedRange<Double>, using generator: inout some RandomNumberGenerator
  ) -> Double {
    let unit = Double(generator.next() >> 11) * 0x1p-53
    return range.lowerBound + (range.upperBound - range.lowerBound) * unit
  }
}
