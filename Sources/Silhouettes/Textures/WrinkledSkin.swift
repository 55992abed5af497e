import Tensors

/// An elephant's hide: grey folds between branching wrinkles.
struct WrinkledSkin: Texture {
  private let seed: UInt32
  private let base: Colour

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    base = mixed(Colour(0.6, 0.57, 0.56), Colour(0.54, 0.55, 0.58), generator.uniform())
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let bend = SIMD2(noise(x * 0.16, y * 0.16, seed), noise(x * 0.16, y * 0.16, seed &+ 1)) * 6
    let cell = Cell(at: (x + bend.x) / 10, (y + bend.y) / 4.4, spread: 0.95, seed &+ 2)
    let edge = cell.second - cell.nearest
    let fold = ramp(0, 0.5, edge)
    let grain = noise(x * 0.9, y * 0.9, seed &+ 3) - 0.5
    let tone = 0.72 + 0.32 * eased(fold) - 0.12 * cell.offset.y
    let colour = base * tone + grain * 0.16
    return mixed(Colour(0.27, 0.25, 0.25), colour, ramp(0.02, 0.17, edge))
  }
}
