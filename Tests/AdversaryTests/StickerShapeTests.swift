import Foundation
import Tensors
import Testing

@testable import Adversary

/// Outlines, perspective, and where stickers may lie.
@Suite struct StickerShapeTests {
  static let masks: [StickerMask] = [
    .square, .circle, .rectangle(width: 1, height: 0.5), .rectangle(width: 0.3, height: 0.9),
    .ring(hole: 0.5),
  ]

  @Test(arguments: masks) func coversTheShareItSays(_ mask: StickerMask) {
    let alpha = mask.alpha(side: 60).elements
    #expect(abs(Double(alpha.reduce(0, +)) / 3600 - mask.coverage) < 0.01)
    #expect(alpha.allSatisfy { $0 >= 0 && $0 <= 1 })
    let side = mask.side(ofArea: 0.04)
    #expect(abs(side * side * mask.coverage - 0.04) < 1e-12)
  }

  @Test(arguments: masks) func isReadBackFromItsName(_ mask: StickerMask) throws {
    #expect(StickerMask(mask.description) == mask)
    let data = try JSONEncoder().encode([mask])
    #expect(try JSONDecoder().decode([StickerMask].self, from: data) == [mask])
  }

  @Test(arguments: [
    "star", "rectangle", "rectangle:1", "rectangle:0,1", "rectangle:1,2", "ring:1", "ring:-1", "ring:x",
    "square:1", "",
    "rectangle:nan,1",
  ])
  func refusesWhatIsNoShape(_ text: String) { #expect(StickerMask(text) == nil) }

  @Test func ringHasAHoleAndRectangleAnEdge() {
    let ring = StickerMask.ring(hole: 0.5).alpha(side: 20)
    #expect(ring[10, 10] == 0 && ring[10, 2] == 1 && ring[0, 0] == 0)
    let band = StickerMask.rectangle(width: 1, height: 0.5).alpha(side: 20)
    #expect(band[10, 0] == 1 && band[4, 10] == 0 && band[5, 10] == 1)
  }

  // MARK: Perspective

  private let workers = Workers(count: 1)

  @Test func squareCornersAreTheStraightView() throws {
    let sticker = try Sticker(colours: randomTensor([3, 5, 5], seed: 3), mask: .circle)
    let images = randomTensor([1, 3, 20, 22], seed: 4)
    let straight = StickerPlacement(x: 3.25, y: 4.5, scale: 1.6)
    let corners = StickerCorners(
      topLeft: .init(x: 3.25, y: 4.5), topRight: .init(x: 11.25, y: 4.5),
      bottomRight: .init(x: 11.25, y: 12.5),
      bottomLeft: .init(x: 3.25, y: 12.5))
    let expected = try StickerTransformation(placements: [straight]).apply(sticker, to: images, on: workers)
    let found = try StickerTransformation(placements: [try StickerPlacement(corners: corners)])
      .apply(sticker, to: images, on: workers)
    #expect(zip(expected.images.elements, found.images.elements).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(expected.rectangles == found.rectangles)
  }

  @Test func cornersLieWhereTheyAreSaidToLie() throws {
    let corners = StickerCorners(
      topLeft: .init(x: 4, y: 3), topRight: .init(x: 30, y: 6), bottomRight: .init(x: 26, y: 31),
      bottomLeft: .init(x: 2, y: 24))
    let map = corners.ontoSticker
    for (point, place) in zip(corners.all, [(0, 0), (1, 0), (1, 1), (0, 1)] as [(Double, Double)]) {
      let found = try #require(map(x: point.x, y: point.y))
      #expect(abs(found.x - place.0) < 1e-9 && abs(found.y - place.1) < 1e-9)
    }
    // Straight lines stay straight: the diagonals' crossing is the middle of the square.
    let (a, b, c, d) = (corners.topLeft, corners.topRight, corners.bottomRight, corners.bottomLeft)
    let denominator = (a.x - c.x) * (b.y - d.y) - (a.y - c.y) * (b.x - d.x)
    let t = ((a.x - b.x) * (b.y - d.y) - (a.y - b.y) * (b.x - d.x)) / denominator
    let middle = try #require(map(x: a.x + t * (c.x - a.x), y: a.y + t * (c.y - a.y)))
    #expect(abs(middle.x - 0.5) < 1e-9 && abs(middle.y - 0.5) < 1e-9)
  }

  @Test func pullbackInPerspectiveIsTheTranspose() throws {
    let sticker = try Sticker(colours: randomTensor([3, 6, 6], seed: 5, in: 0.3...0.7), mask: .square)
    let images = randomTensor([2, 3, 24, 24], seed: 6)
    let sampler = PlacementSampler(
      scale: 1.5...2.5, rotation: -30...30, onWholePixels: false, perspective: 0.3)
    var generator = SeededGenerator(seed: 8)
    let placements = try (0..<2).map { _ in
      try sampler.placement(of: sticker, imageHeight: 24, imageWidth: 24, using: &generator)
    }
    #expect(placements.allSatisfy { $0.corners?.isConvex == true })
    let transformation = StickerTransformation(placements: placements)
    let applied = try transformation.apply(sticker, to: images, on: workers)
    let direction = randomTensor([2, 3, 24, 24], seed: 7, in: -1...1)
    let gradient = applied.colourGradient(direction)
    let change = randomTensor([3, 6, 6], seed: 9, in: -0.1...0.1)
    let moved = sticker.recoloured(
      Tensor(zip(sticker.colours.elements, change.elements).map { $0 + $1 }, shape: change.shape))
    let difference =
      dot(try transformation.apply(moved, to: images, on: workers).images, direction)
      - dot(applied.images, direction)
    #expect(abs(difference - dot(gradient, change)) < 1e-4)
  }

  @Test(arguments: [0.0, 0.2, 0.49]) func sampledPerspectiveStaysInThePicture(share: Double) throws {
    let sticker = try Sticker(colours: randomTensor([3, 10, 10], seed: 5), mask: .circle)
    let sampler = PlacementSampler(
      scale: 0.8...1.4, rotation: -45...45, onWholePixels: false, perspective: share)
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<200 {
      let placement = try sampler.placement(of: sticker, imageHeight: 26, imageWidth: 30, using: &generator)
      #expect(placement.isInside(sticker, imageHeight: 26, imageWidth: 30))
      #expect((placement.corners != nil) == (share > 0))
    }
  }

  @Test func cornersThatNoFlatSquareHasAreRefused() {
    func corners(_ points: [(Double, Double)]) -> StickerCorners {
      let p = points.map { StickerCorners.Point(x: $0.0, y: $0.1) }
      return StickerCorners(topLeft: p[0], topRight: p[1], bottomRight: p[2], bottomLeft: p[3])
    }
    for points in [
      [(0, 0), (1, 0), (0, 1), (1, 1)], [(0, 0), (0, 1), (1, 1), (1, 0)],
      [(0, 0), (1, 0), (0.2, 0.2), (0, 1)],
      [(0, 0), (1, 1), (2, 2), (3, 3)],
    ] as [[(Double, Double)]] {
      #expect(throws: AdversaryError.self) { try StickerPlacement(corners: corners(points)) }
    }
  }

  // MARK: Regions

  @Test func staysWithinItsRegion() throws {
    let sticker = try Sticker(colours: randomTensor([3, 6, 6], seed: 5), mask: .square)
    let sampler = PlacementSampler(region: .within(left: 4, top: 10, right: 15, bottom: 18))
    try sampler.validate(sticker, imageHeight: 40, imageWidth: 40)
    var generator = SeededGenerator(seed: 2)
    var seen: Set<String> = []
    for _ in 0..<200 {
      let place = try sampler.placement(of: sticker, imageHeight: 40, imageWidth: 40, using: &generator)
      #expect(place.x >= 4 && place.x <= 9 && place.y >= 10 && place.y <= 12)
      seen.insert("\(place.x) \(place.y)")
    }
    #expect(seen.count == 18, "every place of 6 × 3")
    let fixed = PlacementSampler(region: .at(x: 7, y: 8))
    for _ in 0..<3 {
      let place = try fixed.placement(of: sticker, imageHeight: 40, imageWidth: 40, using: &generator)
      #expect(place == StickerPlacement(x: 7, y: 8))
    }
    for region in [
      StickerRegion.within(left: 30, top: 0, right: 60, bottom: 5), .at(x: 36, y: 0), .at(x: -1, y: 0),
      .within(left: 10, top: 0, right: 5, bottom: 9),
    ] {
      #expect(throws: AdversaryError.self) {
        try PlacementSampler(region: region).validate(sticker, imageHeight: 40, imageWidth: 40)
      }
    }
  }
}
