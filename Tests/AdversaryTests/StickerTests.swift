import Tensors
import Testing

@testable import Adversary

@Suite struct StickerTests {
  @Test func survivesEightBitsUnchangedOnceQuantised() throws {
    let sticker = try Sticker(colours: randomTensor([3, 6, 6], seed: 1), mask: .circle)
    let quantised = sticker.quantised()
    #expect(quantised != sticker)
    #expect(try Sticker(rgbaBytes: sticker.rgbaBytes, side: 6) == quantised)
    #expect(quantised.quantised() == quantised)
    let worst = zip(sticker.colours.elements, quantised.colours.elements).map { abs($0 - $1) }.max()
    #expect((worst ?? 1) <= 0.5 / 255 + 1e-6)
  }

  @Test func refusesShapesThatAreNotSquare() {
    #expect(throws: AdversaryError.self) {
      _ = try Sticker(colours: Tensor(zeros: [3, 2, 3]), alpha: Tensor(zeros: [2, 3]))
    }
    #expect(throws: AdversaryError.self) {
      _ = try Sticker(colours: Tensor(zeros: [1, 2, 2]), mask: .square)
    }
    #expect(throws: AdversaryError.self) { _ = try Sticker(rgbaBytes: [1, 2, 3], side: 1) }
  }

  @Test func noiseHasTheSameOutlineAndFollowsItsSeed() throws {
    let sticker = try Sticker(colours: Tensor(zeros: [3, 16, 16]), mask: .circle).quantised()
    var first = SeededGenerator(seed: 5)
    var second = SeededGenerator(seed: 5)
    let noise = sticker.noise(using: &first)
    #expect(noise == sticker.noise(using: &second))
    #expect(noise.alpha == sticker.alpha)
    let mean = noise.colours.elements.reduce(0, +) / Float(noise.colours.count)
    #expect(abs(mean - 0.5) < 0.05)
  }
}
