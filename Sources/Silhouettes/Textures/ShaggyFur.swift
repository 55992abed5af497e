import Tensors

/// A bear's coat: long dark brown strands in clumps.
struct ShaggyFur: Texture {
  private let seed: UInt32

  init(using generator: inout SeededGenerator) { seed = UInt32(truncatingIfNeeded: generator.next()) }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let bend = (noise(x * 0.06, y * 0.06, seed) - 0.5) * 16 + (noise(x * 0.15, y * 0.1, seed &+ 1) - 0.5) * 5
    let strands = streaks((x + bend) * 0.62, y, length: 9, seed &+ 2)
    let clumps = noise((x + bend) * 0.2, y * 0.09, seed &+ 4)
    let light = ramp(0.28, 0.76, 0.68 * strands + 0.32 * clumps)
    let dark = mixed(Colour(0.08, 0.04, 0.02), Colour(0.40, 0.23, 0.11), ramp(0, 0.6, light))
    return mixed(dark, Colour(0.72, 0.5, 0.3), ramp(0.6, 1, light))
  }
}
