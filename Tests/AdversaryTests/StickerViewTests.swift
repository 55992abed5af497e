import Tensors
import Testing

@testable import Adversary

/// Stickers as a camera sees them.
@Suite struct StickerViewTests {
  private func sticker(side: Int, mask: StickerMask = .circle) throws -> Sticker {
    try Sticker(colours: randomTensor([3, side, side], seed: 3), mask: mask)
  }

  private func corners(_ points: [(Double, Double)]) -> StickerCorners {
    let p = points.map { StickerCorners.Point(x: $0.0, y: $0.1) }
    return StickerCorners(topLeft: p[0], topRight: p[1], bottomRight: p[2], bottomLeft: p[3])
  }

  /// Every pixel as the mean of 40×40 points, each looked up where `map` says.
  private func bruteForce(_ sticker: Sticker, _ picture: Tensor, _ map: (Double, Double) -> (Double, Double))
    -> Tensor
  {
    let (points, side) = (40, sticker.side)
    var result = picture
    for row in 0..<picture.shape[1] {
      for column in 0..<picture.shape[2] {
        var opacity = 0.0
        var mixed = [0.0, 0.0, 0.0]
        for step in 0..<points * points {
          let (u, v) = map(
            Double(column) + (Double(step % points) + 0.5) / Double(points),
            Double(row) + (Double(step / points) + 0.5) / Double(points))
          let (x, y) = (u * Double(side) - 0.5, v * Double(side) - 0.5)
          func near(_ place: Double) -> [Int] {
            [Int(place.rounded(.down)), Int(place.rounded(.down)) + 1].filter { (0..<side).contains($0) }
          }
          for i in near(y) {
            for j in near(x) {
              let weight =
                max(0, 1 - abs(x - Double(j))) * max(0, 1 - abs(y - Double(i))) * Double(sticker.alpha[i, j])
                / Double(points * points)
              opacity += weight
              for channel in 0..<3 { mixed[channel] += weight * Double(sticker.colours[channel, i, j]) }
            }
          }
        }
        for channel in 0..<3 {
          result[channel, row, column] = Float(
            (1 - opacity) * Double(picture[channel, row, column]) + mixed[channel])
        }
      }
    }
    return result
  }

  @Test(arguments: [24, 50, 90]) func aReducedStickerIsTheMeanOverEachPixel(side: Int) throws {
    let sticker = try sticker(side: side)
    let picture = randomTensor([3, 18, 20], seed: 4)
    // A trapezium: u = (x − 5 − t) / (10 − 2t) with t = (y − 4) / 4;
    // v from the depth, which is as the inverse of the width.
    let view = try StickerView(
      corners: corners([(5, 4), (15, 4), (13, 12), (7, 12)]), side: side)
    let found = try view.put(sticker, on: picture)
    let expected = bruteForce(sticker, picture) { x, y in
      let t = (y - 4) / 4
      // The top is 10 px wide and the bottom 6: depth grows by 10/6 from v = 0 to v = 1.
      let width = 10 - 2 * t
      return ((x - 5 - t) / width, (10 - width) / (10.0 / 6 - 1) / width)
    }
    let apart = zip(found.elements, expected.elements).map { abs($0 - $1) }
    #expect((apart.max() ?? 1) < 0.03, "\(apart.max() ?? 1)")
    #expect(apart.reduce(0, +) / Float(apart.count) < 0.003)
    // Single points, as attacks look them up, are far from it: the test can fail.
    let points = try StickerTransformation(placements: [view.placement])
      .place([sticker], on: Tensor(stacking: [picture]), workers: Workers(count: 1))
    #expect(zip(points.elements, expected.elements).map { abs($0 - $1) }.max() ?? 0 > 0.1)
  }

  @Test(arguments: [(3.0, 4.0, 1.0), (3.25, 4.5, 1.6), (2, 1, 0.3), (-3, 12, 2)])
  func uprightSquaresGiveTheSameBitsAsThePlace(_ x: Double, _ y: Double, _ scale: Double) throws {
    let sticker = try sticker(side: 10)
    let picture = randomTensor([3, 20, 22], seed: 4)
    let side = 10 * scale
    let view = try StickerView(
      corners: corners([(x, y), (x + side, y), (x + side, y + side), (x, y + side)]), side: 10)
    let placed = StickerView(StickerPlacement(x: x, y: y, scale: (x + side - x) / 10))
    #expect(try view.put(sticker, on: picture).elements == placed.put(sticker, on: picture).elements)
  }

  @Test func whereItIsNotReducedAPixelsMiddleIsLookedUp() throws {
    let sticker = try sticker(side: 6)
    let picture = randomTensor([3, 24, 24], seed: 4)
    let placements = [
      StickerPlacement(x: 2.3, y: 1.7), StickerPlacement(x: 4, y: 5, scale: 1.7, rotation: 33),
      try StickerPlacement(corners: corners([(3, 4), (17, 2), (20, 19), (4, 15)])),
    ]
    for placement in placements {
      let points = try StickerTransformation(placements: [placement])
        .place([sticker], on: Tensor(stacking: [picture]), workers: Workers(count: 1))
      #expect(try StickerView(placement).put(sticker, on: picture).elements == points.elements)
    }
  }

  @Test func pixelsBesideTheStickerStayAsTheyAre() throws {
    let sticker = try sticker(side: 40, mask: .square)
    let picture = randomTensor([3, 30, 30], seed: 4)
    let found = try StickerView(corners: corners([(10, 8), (20, 9), (19, 21), (11, 18)]), side: 40)
      .put(sticker, on: picture)
    var changed = 0
    for row in 0..<30 {
      for column in 0..<30 {
        let same = (0..<3).allSatisfy { found[$0, row, column] == picture[$0, row, column] }
        if !same { changed += 1 }
        if row < 7 || row > 21 || column < 9 || column > 20 { #expect(same, "\(column), \(row)") }
      }
    }
    // The quadrilateral covers 96 px and touches no more than its edge besides.
    #expect((85...150).contains(changed), "\(changed)")
  }

  @Test(
    arguments: [
      [(0, 0), (10, 0), (10, 0), (0, 10)], [(0, 0), (10, 10), (10, 0), (0, 10)],
      [(0, 0), (10, 0), (2, 2), (0, 10)], [(0, 0), (0, 10), (10, 10), (10, 0)],
      [(0, 0), (5, 0), (10, 0), (15, 0)],
    ] as [[(Double, Double)]])
  func refusesCornersThatNoSquareIsSeenWith(_ points: [(Double, Double)]) throws {
    #expect(throws: AdversaryError.self) { try StickerView(corners: corners(points), side: 4) }
  }
}
