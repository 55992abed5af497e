import Tensors

/// A ginger tabby's coat: fine short hair with wavy dark bands.
struct TabbyFur: Texture {
  private let seed: UInt32
  private let spacing: Float

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    spacing = generator.uniform(in: 9...11)
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let bend = (noise(x * 0.07, y * 0.07, seed) - 0.5) * 13 + (noise(x * 0.22, y * 0.22, seed &+ 1) - 0.5) * 3
    let hair = streaks(x * 0.85, y + bend * 0.3, length: 6, seed &+ 2) - 0.5
    let band = wave((y + bend) / spacing) + hair * 1.1
    let light = mixed(Colour(0.93, 0.6, 0.26), Colour(1, 0.8, 0.52), ramp(-1, 0, -band))
    let stripe = ramp(0.12, 0.5, band)
    return mixed(light, Colour(0.55, 0.24, 0.06), stripe) + hair * 0.5
  }
}
