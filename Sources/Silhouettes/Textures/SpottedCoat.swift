import Tensors

/// A Dalmatian's coat: short white hair with black spots.
struct SpottedCoat: Texture {
  private let seed: UInt32
  private let pitch: Float

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    pitch = generator.uniform(in: 8...9.5)
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let bend = SIMD2(noise(x * 0.35, y * 0.35, seed), noise(x * 0.35, y * 0.35, seed &+ 1)) * 2.4
    let cell = Cell(at: (x + bend.x) / pitch, (y + bend.y) / pitch, spread: 0.75, seed &+ 2)
    let radius = pitch * (0.2 + 0.18 * Float(cell.hash >> 12 & 255) / 255)
    let hair = streaks(x * 0.9, y, length: 4, seed &+ 3) - 0.5
    let spot = inside(radius, cell.nearest * pitch + hair * 1.1, width: max(width, 0.9))
    return mixed(Colour(0.96, 0.94, 0.91) + hair * 0.2, Colour(0.07, 0.06, 0.06) + hair * 0.1, spot)
  }
}
