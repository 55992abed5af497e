import Tensors
import Testing

@testable import Adversary

@Suite struct PlacementSamplerTests {
  let square = StickerMask.square.alpha(side: 5)

  func sticker(_ mask: StickerMask, side: Int = 5) throws -> Sticker {
    try Sticker(colours: Tensor(repeating: 1, shape: [3, side, side]), mask: mask)
  }

  @Test(arguments: StickerShapeTests.masks, [true, false])
  func keepsEveryVisiblePixelInside(mask: StickerMask, onWholePixels: Bool) throws {
    let sticker = try sticker(mask)
    let sampler = PlacementSampler(
      scale: 0.5...1.5, rotation: -180...180, onWholePixels: onWholePixels)
    let outline = StickerOutline(alpha: sticker.alpha)
    for item in 0..<300 {
      var generator = Streams.placements.generator(seed: 9, item: item)
      let placement = try sampler.placement(
        of: sticker, imageHeight: 13, imageWidth: 17, using: &generator)
      #expect(sampler.scale.contains(placement.scale) && sampler.rotation.contains(placement.rotation))
      let extent = outline.extent(scale: placement.scale, rotation: placement.rotation)
      let half = placement.scale * 2.5
      #expect(placement.x + half + extent.left > -1e-9)
      #expect(placement.x + half + extent.right < 17 + 1e-9)
      #expect(placement.y + half + extent.top > -1e-9)
      #expect(placement.y + half + extent.bottom < 13 + 1e-9)
    }
  }

  @Test func visitsEveryWholePixelPositionEqually() throws {
    let sticker = try sticker(.square)
    var counts: [StickerPlacement: Int] = [:]
    for item in 0..<6000 {
      var generator = Streams.placements.generator(seed: 1, item: item)
      let placement = try PlacementSampler()
        .placement(of: sticker, imageHeight: 7, imageWidth: 8, using: &generator)
      counts[placement, default: 0] += 1
    }
    // Three rows of four positions, 500 expected of each; six standard deviations are 128.
    #expect(counts.count == 12)
    #expect(counts.values.allSatisfy { abs($0 - 500) < 128 })
    #expect(counts.keys.allSatisfy { $0.x == $0.x.rounded() && $0.y == $0.y.rounded() })
  }

  @Test func fillsTheWholePictureWhenTheSidesAgree() throws {
    var generator = SeededGenerator(seed: 0)
    let placement = try PlacementSampler()
      .placement(of: sticker(.square), imageHeight: 5, imageWidth: 5, using: &generator)
    #expect(placement == StickerPlacement(x: 0, y: 0))
  }

  @Test func refusesAStickerLargerThanThePicture() throws {
    let sticker = try sticker(.square)
    #expect(
      throws: AdversaryError.stickerLargerThanImage(
        width: 5, height: 5, imageWidth: 9, imageHeight: 4)
    ) {
      try PlacementSampler().validate(sticker, imageHeight: 4, imageWidth: 9)
    }
    #expect(throws: AdversaryError.self) {
      try PlacementSampler(rotation: 0...45).validate(sticker, imageHeight: 6, imageWidth: 6)
    }
    #expect(throws: AdversaryError.self) {
      try PlacementSampler(scale: 0...1).validate(sticker, imageHeight: 6, imageWidth: 6)
    }
    try PlacementSampler(rotation: 0...0).validate(sticker, imageHeight: 5, imageWidth: 5)
  }
}
