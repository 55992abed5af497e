import Tensors

/// Random placements that keep the whole sticker inside the picture.
public struct PlacementSampler: Hashable, Sendable, Codable {
  /// Picture pixels for each sticker pixel, drawn uniformly.
  public var scale: ClosedRange<Double>
  /// Degrees counter-clockwise, drawn uniformly; Brown et al. 2017 use −22.5…22.5.
  public var rotation: ClosedRange<Double>
  /// Whether the visible part's left and top edges lie on whole pixels; with scale 1 and rotation 0 the
  /// sticker's pixels are then copied exactly.
  public var onWholePixels: Bool

  public init(
    scale: ClosedRange<Double> = 1...1, rotation: ClosedRange<Double> = 0...0, onWholePixels: Bool = true
  ) {
    self.scale = scale
    self.rotation = rotation
    self.onWholePixels = onWholePixels
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
    let extent = outline.extent(scale: scale, rotation: rotation)
    let freeX = Double(imageWidth) - extent.width
    let freeY = Double(imageHeight) - extent.height
    guard freeX >= 0, freeY >= 0 else {
      throw AdversaryError.stickerLargerThanImage(
        width: extent.width, height: extent.height, imageWidth: imageWidth, imageHeight: imageHeight)
    }
    let left = offset(upTo: freeX, using: &generator)
    let top = offset(upTo: freeY, using: &generator)
    // From the visible part's edge to the edge of the unrotated square around the same centre.
    let half = scale * Double(side) / 2
    return StickerPlacement(
      x: left - extent.left - half, y: top - extent.top - half, scale: scale, rotation: rotation)
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
    let outline = StickerOutline(alpha: sticker.alpha)
    let angles = 64
    for step in 0...angles {
      let share = Double(step) / Double(angles)
      let angle = rotation.lowerBound + share * (rotation.upperBound - rotation.lowerBound)
      let extent = outline.extent(scale: scale.upperBound, rotation: angle)
      guard extent.width <= Double(imageWidth), extent.height <= Double(imageHeight) else {
        throw AdversaryError.stickerLargerThanImage(
          width: extent.width, height: extent.height, imageWidth: imageWidth, imageHeight: imageHeight)
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
