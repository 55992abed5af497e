import Tensors

/// A blade of patterned steel: fine flowing bands of light and dark.
struct PatternedSteel: Texture {
  private let seed: UInt32
  private let bands: Float

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    bands = generator.uniform(in: 3.4...4.2)
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let large = noise(x * 0.055, y * 0.09, seed) * 3.4
    let small = noise(x * 0.16, y * 0.2, seed &+ 1) * 0.75
    let level = large + small + y / (bands * 4)
    let band = wave(level * 2.6)
    let sheen = noise(x * 0.04, y * 0.04, seed &+ 2)
    let scratch = noise(x * 0.2, y * 2.4, seed &+ 3) - 0.5
    let steel = mixed(Colour(0.42, 0.46, 0.53), Colour(0.85, 0.88, 0.93), ramp(-0.9, 0.9, band))
    return steel * (0.84 + 0.3 * sheen) + scratch * 0.12
  }
}
