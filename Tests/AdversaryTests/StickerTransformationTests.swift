import Foundation
import Models
import Tensors
import Testing

@testable import Adversary

@Suite struct StickerTransformationTests {
  let workers = Workers(count: 1)
  let placements = [
    StickerPlacement(x: 2, y: 1), StickerPlacement(x: 0.37, y: 3.81, scale: 1.3, rotation: 17),
    StickerPlacement(x: -1.2, y: 5.5, scale: 0.6, rotation: -140),
    StickerPlacement(x: 4.25, y: 4.75, scale: 0.9, rotation: 90),
  ]

  func sticker(side: Int, mask: StickerMask, seed: UInt64 = 3) throws -> Sticker {
    try Sticker(colours: randomTensor([3, side, side], seed: seed, in: 0.2...0.8), mask: mask)
  }

  /// The composition written out pixel by pixel with a tent function in place of neighbour look-up.
  func bruteForce(_ sticker: Sticker, _ image: Tensor, _ placement: StickerPlacement) -> Tensor {
    let side = sticker.side
    var result = image
    let angle = placement.rotation * .pi / 180
    let half = placement.scale * Double(side) / 2
    for row in 0..<image.shape[1] {
      for column in 0..<image.shape[2] {
        let dx = Double(column) + 0.5 - (placement.x + half)
        let dy = Double(row) + 0.5 - (placement.y + half)
        let u = (cos(angle) * dx - sin(angle) * dy) / placement.scale + Double(side) / 2
        let v = (sin(angle) * dx + cos(angle) * dy) / placement.scale + Double(side) / 2
        var opacity = 0.0
        var mixed = [0.0, 0.0, 0.0]
        for i in 0..<side {
          for j in 0..<side {
            let weight =
              max(0, 1 - abs(u - Double(j) - 0.5)) * max(0, 1 - abs(v - Double(i) - 0.5))
              * Double(sticker.alpha[i, j])
            opacity += weight
            for channel in 0..<3 { mixed[channel] += weight * Double(sticker.colours[channel, i, j]) }
          }
        }
        for channel in 0..<3 {
          result[channel, row, column] = Float(
            (1 - opacity) * Double(image[channel, row, column]) + mixed[channel])
        }
      }
    }
    return result
  }

  @Test(arguments: StickerShapeTests.masks) func agreesWithWrittenOutComposition(mask: StickerMask) throws {
    let sticker = try sticker(side: 5, mask: mask)
    let images = randomTensor([placements.count, 3, 9, 11], seed: 4)
    let result = try StickerTransformation(placements: placements)
      .apply(sticker, to: images, on: workers).images
    for (index, placement) in placements.enumerated() {
      let image = images.slice(index..<index + 1).reshaped(to: [3, 9, 11])
      let expected = bruteForce(sticker, image, placement).elements
      let found = result.slice(index..<index + 1).elements
      let worst = zip(expected, found).map { abs($0 - $1) }.max() ?? 1
      #expect(worst < 2e-6, "placement \(index)")
    }
  }

  @Test func copiesPixelsExactlyOnWholePixels() throws {
    let sticker = try sticker(side: 4, mask: .square)
    let images = randomTensor([1, 3, 9, 11], seed: 5)
    let result = try StickerTransformation(placements: [StickerPlacement(x: 6, y: 2)])
      .apply(sticker, to: images, on: workers).images
    for channel in 0..<3 {
      for row in 0..<9 {
        for column in 0..<11 {
          let inside = (2..<6).contains(row) && (6..<10).contains(column)
          let expected =
            inside
            ? sticker.colours[channel, row - 2, column - 6] : images[0, channel, row, column]
          #expect(result[0, channel, row, column] == expected)
        }
      }
    }
  }

  @Test func quarterTurnIsCounterClockwise() throws {
    let sticker = try sticker(side: 3, mask: .square)
    let result = try StickerTransformation(placements: [StickerPlacement(x: 0, y: 0, rotation: 90)])
      .apply(sticker, to: Tensor(zeros: [1, 3, 3, 3]), on: workers).images
    // The upper right corner goes to the upper left.
    #expect(result[0, 0, 0, 0] == sticker.colours[0, 0, 2])
    #expect(result[0, 1, 2, 0] == sticker.colours[1, 0, 0])
  }

  @Test func leavesPixelsOutsideTheDiscUntouched() throws {
    let sticker = try sticker(side: 8, mask: .circle)
    #expect(sticker.alpha[0, 0] == 0)
    #expect(sticker.alpha[4, 4] == 1)
    let images = randomTensor([1, 3, 10, 10], seed: 6)
    let result = try StickerTransformation(placements: [StickerPlacement(x: 1, y: 1)])
      .apply(sticker, to: images, on: workers).images
    var changed = 0
    for row in 0..<10 {
      for column in 0..<10 {
        let inside = (1..<9).contains(row) && (1..<9).contains(column)
        let opacity = inside ? sticker.alpha[row - 1, column - 1] : 0
        let same = (0..<3).allSatisfy { result[0, $0, row, column] == images[0, $0, row, column] }
        if opacity == 0 { #expect(same) } else if !same { changed += 1 }
      }
    }
    #expect(changed == sticker.alpha.elements.count { $0 > 0 })
  }

  @Test func discCoversItsArea() {
    for side in [1, 2, 7, 50] {
      let area = StickerMask.circle.alpha(side: side).elements.reduce(0, +)
      let expected = Float.pi / 4 * Float(side * side)
      #expect(abs(area - expected) < 0.02 * expected + 0.02)
    }
  }

  @Test(arguments: StickerShapeTests.masks) func pullbackIsTheTranspose(mask: StickerMask) throws {
    // ⟨g, place(a) − place(b)⟩ = ⟨pullback(g), a − b⟩, because placing is linear in the colours.
    let first = try sticker(side: 5, mask: mask, seed: 8)
    let second = try sticker(side: 5, mask: mask, seed: 9)
    let images = randomTensor([placements.count, 3, 9, 11], seed: 10)
    let gradient = randomTensor(images.shape, seed: 11, in: -1...1)
    let transformation = StickerTransformation(placements: placements)
    let one = try transformation.apply(first, to: images, on: workers)
    let other = try transformation.apply(second, to: images, on: workers)
    let forward = dot(gradient, one.images) - dot(gradient, other.images)
    let pulled = one.colourGradient(gradient)
    let backward = dot(pulled, first.colours) - dot(pulled, second.colours)
    #expect(abs(forward - backward) < 1e-4 * max(1, abs(forward)))
  }

  @Test func pullbackAgreesWithFiniteDifferences() throws {
    let sticker = try sticker(side: 5, mask: .circle)
    let images = randomTensor([placements.count, 3, 9, 11], seed: 12)
    let gradient = randomTensor(images.shape, seed: 13, in: -1...1)
    let transformation = StickerTransformation(placements: placements)
    let applied = try transformation.apply(sticker, to: images, on: workers)
    let pulled = applied.colourGradient(gradient)
    for index in stride(from: 0, to: 75, by: 4) {
      func value(_ change: Float) throws -> Double {
        var elements = sticker.colours.elements
        elements[index] += change
        let moved = sticker.recoloured(Tensor(elements, shape: sticker.colours.shape))
        return dot(gradient, try transformation.apply(moved, to: images, on: workers).images)
      }
      let slope = (try value(0.1) - value(-0.1)) / 0.2
      #expect(abs(slope - Double(pulled.elements[index])) < 1e-4)
    }
  }

  @Test(arguments: StickerShapeTests.masks) func rectanglesHoldWhatChangesAndNoMore(mask: StickerMask) throws
  {
    let sticker = try sticker(side: 5, mask: mask)
    let images = randomTensor([placements.count, 3, 9, 11], seed: 12)
    let applied = try StickerTransformation(placements: placements).apply(sticker, to: images, on: workers)
    for (image, rectangle) in applied.rectangles.enumerated() {
      let changed = (0..<99).filter { pixel in
        (0..<3).contains {
          applied.images[image, $0, pixel / 11, pixel % 11] != images[image, $0, pixel / 11, pixel % 11]
        }
      }
      #expect(changed.allSatisfy { rectangle.rows.contains($0 / 11) && rectangle.columns.contains($0 % 11) })
      #expect(rectangle.height == Set(changed.map { $0 / 11 }).count)
      #expect(rectangle.width == Set(changed.map { $0 % 11 }).count)
    }
  }

  @Test func pullbackFromCropsIsThePullbackOfTheirPixels() throws {
    let sticker = try sticker(side: 5, mask: .circle)
    let images = randomTensor([placements.count, 3, 9, 11], seed: 12)
    let applied = try StickerTransformation(placements: placements).apply(sticker, to: images, on: workers)
    let crops = placements.indices.map { PixelRectangle(top: $0 % 5, left: $0 % 6, height: 4, width: 5) }
    let part = randomTensor([placements.count, 3, 4, 5], seed: 13, in: -1...1)
    var whole = Tensor(zeros: images.shape)
    for (image, crop) in crops.enumerated() {
      for channel in 0..<3 {
        for row in crop.rows {
          for column in crop.columns {
            whole[image, channel, row, column] = part[image, channel, row - crop.top, column - crop.left]
          }
        }
      }
    }
    #expect(applied.colourGradient(part, on: crops) == applied.colourGradient(whole))
  }

  @Test func resultDoesNotDependOnWorkers() throws {
    let sticker = try sticker(side: 5, mask: .circle)
    let images = randomTensor([placements.count, 3, 9, 11], seed: 12)
    let transformation = StickerTransformation(placements: placements)
    let one = try transformation.apply(sticker, to: images, on: Workers(count: 1))
    let two = try transformation.apply(sticker, to: images, on: Workers(count: 2))
    #expect(one.images == two.images)
    #expect(one.colourGradient(images) == two.colourGradient(images))
  }

  @Test func stickerFarOutsideChangesNothing() throws {
    let sticker = try sticker(side: 5, mask: .square)
    let images = randomTensor([2, 3, 9, 11], seed: 12)
    let far = [StickerPlacement(x: 1e12, y: 0), StickerPlacement(x: 0, y: -80, scale: 2)]
    let result = try StickerTransformation(placements: far).apply(sticker, to: images, on: workers)
    #expect(result.images == images)
  }

  @Test func refusesPicturesThatDoNotMatchThePlacements() throws {
    let sticker = try sticker(side: 2, mask: .square)
    #expect(throws: AdversaryError.self) {
      _ = try StickerTransformation(placements: placements)
        .apply(sticker, to: Tensor(zeros: [1, 3, 9, 9]), on: workers)
    }
  }
}
