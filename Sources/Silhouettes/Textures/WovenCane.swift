import Imaging
import Tensors

/// A chair's woven seat: flat strands of honey-coloured cane that pass over and under each other.
struct WovenCane: Texture {
  private let seed: UInt32
  private let pitch: Float

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    pitch = generator.uniform(in: 5.2...6.4)
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let (column, row) = (PortableMath.floor(x / pitch), PortableMath.floor(y / pitch))
    let u = fraction(x / pitch) - 0.5
    let v = fraction(y / pitch) - 0.5
    let isLevel = (column + row) & 1 == 0
    let (along, across) = isLevel ? (u, v) : (v, u)
    let strand = isLevel ? row : column
    // A strand is highest in the middle of a cell and dives under its neighbours at both ends.
    let height = 1 - 3.2 * along * along
    let round = 1 - 1.6 * across * across
    let fibre = noise((isLevel ? y : x) * 2.1, (isLevel ? x : y) * 0.25, seed) - 0.5
    let tone = 0.85 + 0.25 * scattered(strand, isLevel ? 0 : 1, seed &+ 1)
    let base = isLevel ? Colour(0.94, 0.74, 0.43) : Colour(0.8, 0.56, 0.28)
    let colour = base * (tone * (0.42 + 0.6 * height * round)) + fibre * 0.2
    let gap = inside(0.55, (0.5 - abs(across)) * pitch, width: width)
    return mixed(colour, Colour(0.2, 0.1, 0.03), gap)
  }
}
