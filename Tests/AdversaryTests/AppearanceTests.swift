import Foundation
import Tensors
import Testing

@testable import Adversary

/// How stickers look when they are printed, lit and photographed.
@Suite struct AppearanceTests {
  private let colours = randomTensor([3, 11, 11], seed: 51, in: 0.15...0.85)

  /// Every kind of step, with values that bend the colours well.
  private static func steps() -> [(String, any AppearanceStep)] {
    var generator = SeededGenerator(seed: 4)
    return [
      ("light", LightStep(brightness: 0.1, contrast: 0.7, gamma: 1.8)),
      ("dark gamma", LightStep(brightness: -0.05, contrast: 1.2, gamma: 0.5)),
      ("blur", BlurStep(standardDeviation: 1.3)),
      ("wide blur", BlurStep(standardDeviation: 8)),
      ("noise", NoiseStep(standardDeviation: 0.1, side: 11, using: &generator)),
      ("clip", ClipStep()),
      ("compression", CompressionStep(quality: 30)),
      ("fine compression", CompressionStep(quality: 60)),
    ]
  }

  @Test(arguments: steps().indices) func gradientAgreesWithFiniteDifferences(_ index: Int) {
    let (name, step) = AppearanceTests.steps()[index]
    let direction = randomTensor([3, 11, 11], seed: 52, in: -1...1)
    let shown = step.apply(colours)
    let gradient = shown.pullback(direction)
    // Along a few directions at once: the sum of what every value does.
    var kept = 0
    for seed in 0..<24 {
      let change = randomTensor([3, 11, 11], seed: 60 + UInt64(seed), in: -1...1)
      func slope(_ length: Float) -> Double {
        func value(_ length: Float) -> Double {
          let moved = zip(colours.elements, change.elements).map { $0 + length * $1 }
          return dot(step.apply(Tensor(moved, shape: colours.shape)).colours, direction)
        }
        return (value(length) - value(-length)) / Double(2 * length)
      }
      let (near, far) = (slope(2e-4), slope(4e-4))
      let tolerance = 0.02 * max(1, abs(near)) + 0.05
      // A coefficient that passes the middle between two steps jumps: a difference across it is no slope.
      guard abs(near - far) < tolerance else { continue }
      kept += 1
      let expected = dot(gradient, change)
      #expect(abs(near - expected) < tolerance, "\(name): \(near), \(expected)")
    }
    #expect(kept >= (name.contains("compression") ? 4 : 24), "\(name): \(kept)")
  }

  @Test func stepsThatChangeNothingChangeNothing() {
    #expect(
      LightStep(brightness: 0, contrast: 1, gamma: 1).apply(colours).colours.elements
        .elementsEqual(colours.elements) { abs($0 - $1) < 1e-6 })
    var generator = SeededGenerator(seed: 1)
    #expect(AppearanceSampler().steps(side: 11, using: &generator).isEmpty)
  }

  @Test func blurKeepsFlatColourAndTheMean() {
    let flat = Tensor(repeating: 0.3, shape: [3, 9, 9])
    #expect(BlurStep(standardDeviation: 2).apply(flat).colours.elements.allSatisfy { abs($0 - 0.3) < 1e-6 })
    // A point in the middle spreads as the Gaussian does.
    var point = Tensor(zeros: [3, 21, 21])
    point[0, 10, 10] = 1
    let spread = BlurStep(standardDeviation: 1.5).apply(point).colours
    let heights = (0..<21).map { exp(-0.5 * pow(Double($0 - 10) / 1.5, 2)) }
    let sum = heights[5...15].reduce(0, +)
    for column in 6...14 {
      let expected = heights[10] * heights[column] / sum / sum
      #expect(abs(Double(spread[0, 10, column]) - expected) < 1e-5)
    }
  }

  @Test func noiseHasItsStrength() {
    var generator = SeededGenerator(seed: 9)
    let noise = NoiseStep(standardDeviation: 0.2, side: 40, using: &generator).noise.elements
    let mean = noise.reduce(0, +) / Float(noise.count)
    let deviation = (noise.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(noise.count)).squareRoot()
    #expect(abs(mean) < 0.01 && abs(deviation - 0.2) < 0.01)
  }

  @Test func compressionLosesLittleAtHighAndMuchAtLowQuality() {
    let waves = (0..<3 * 32 * 32).map { index -> Float in
      let (across, down) = (Double(index % 32) / 6, Double(index / 32 % 32) / 5)
      return 0.5 + 0.3 * Float(sin(across) * cos(down))
    }
    let smooth = Tensor(waves, shape: [3, 32, 32])
    func loss(_ quality: Int) -> Float {
      let shown = CompressionStep(quality: quality).apply(smooth).colours.elements
      let apart = zip(shown, waves).map { abs($0 - $1) }
      return apart.reduce(0, +) / Float(apart.count)
    }
    #expect(loss(100) < 0.004 && loss(75) < 0.02)
    #expect(loss(5) > 2 * loss(75))
    // A grey ramp has no chroma to lose.
    let ramp = (0..<3 * 16 * 16).map { Float($0 % 16) / 15 }
    let grey = Tensor(ramp, shape: [3, 16, 16])
    let shown = CompressionStep(quality: 95).apply(grey).colours
    #expect(zip(shown.elements, grey.elements).allSatisfy { abs($0 - $1) < 0.03 })
  }

  @Test func stepsAfterEachOtherAreOneChange() {
    var generator = SeededGenerator(seed: 5)
    let sampler = AppearanceSampler(
      brightness: -0.1...0.1, contrast: 0.8...1.2, gamma: 0.8...1.25, blur: 0.3...1, noise: 0.01...0.02)
    let steps = sampler.steps(side: 11, using: &generator)
    #expect(steps.count == 5)
    let shown = steps.apply(colours)
    let direction = randomTensor([3, 11, 11], seed: 53, in: -1...1)
    let change = randomTensor([3, 11, 11], seed: 54, in: -1...1)
    func value(_ length: Float) -> Double {
      dot(
        steps.apply(
          Tensor(zip(colours.elements, change.elements).map { $0 + length * $1 }, shape: colours.shape)
        )
        .colours, direction)
    }
    let slope = (value(2e-3) - value(-2e-3)) / 4e-3
    #expect(abs(slope - dot(shown.pullback(direction), change)) < 0.05)
    #expect(shown.colours.elements.allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  @Test func rangesThatCannotBeAreRefused() {
    for sampler in [
      AppearanceSampler(brightness: -2...0), AppearanceSampler(gamma: 0...1), AppearanceSampler(noise: 0...2),
      AppearanceSampler(quality: 0...50), AppearanceSampler(quality: 50...101),
      AppearanceSampler(blur: -1...1),
    ] {
      #expect(throws: AdversaryError.self) { try sampler.validate() }
    }
    #expect(throws: Never.self) { try AppearanceSampler(quality: 1...100).validate() }
  }

  // MARK: Printing

  @Test func nonPrintabilityGradientAgreesWithFiniteDifferences() throws {
    let printable: [SIMD3<Float>] = [[0.1, 0.2, 0.9], [0.9, 0.8, 0.1], [0.5, 0.5, 0.5]]
    let sticker = try Sticker(colours: randomTensor([3, 5, 5], seed: 70), mask: .circle)
    let printing = NonPrintability(of: sticker, printable: printable)
    for index in 0..<sticker.colours.count {
      func value(_ change: Float) -> Double {
        var elements = sticker.colours.elements
        elements[index] += change
        return NonPrintability(
          of: sticker.recoloured(Tensor(elements, shape: sticker.colours.shape)), printable: printable
        ).value
      }
      let slope = (value(2e-3) - value(-2e-3)) / 4e-3
      #expect(abs(slope - Double(printing.gradient.elements[index])) < 2e-4)
    }
  }

  @Test func printableColoursCostNothing() throws {
    let red = Tensor((0..<48).map { $0 < 16 ? 1 : 0 }, shape: [3, 4, 4])
    let sticker = try Sticker(colours: red, mask: .square)
    #expect(NonPrintability(of: sticker, printable: [[1, 0, 0], [0, 0, 0]]).value == 0)
    // One colour at distance √2, another at 1: their product, per pixel.
    let far = NonPrintability(of: sticker, printable: [[0, 1, 0], [0, 0, 0]])
    #expect(abs(far.value - 2.0.squareRoot()) < 1e-6)
  }
}
