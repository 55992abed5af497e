import Imaging
import Tensors

/// Clockwork: brass wheels with teeth, spokes and hubs over a dark plate.
struct BrassGears: Texture {
  private let seed: UInt32
  private let turn: Float

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    turn = generator.uniform()
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let pitch: Float = 14.5
    let row = PortableMath.floor(y / pitch)
    let shifted = x + (row & 1 == 0 ? 0 : pitch / 2)
    let column = PortableMath.floor(shifted / pitch)
    let u = shifted - (Float(column) + 0.5) * pitch
    let v = y - (Float(row) + 0.5) * pitch
    let distance = (u * u + v * v).squareRoot()
    let angle = PortableMath.direction(u, v) + turn + scattered(column, row, seed)
    let teeth = ramp(-0.35, 0.35, wave(angle * 14))
    let outer = 5.5 + 1.5 * teeth
    let tone = scattered(column, row, seed &+ 1)
    let brass = mixed(Colour(0.85, 0.62, 0.2), Colour(0.98, 0.82, 0.42), tone)
    let sheen = 0.8 + 0.28 * wave(angle * 2 + tone)
    var colour = Colour(0.2, 0.12, 0.06) + 0.05 * noise(x, y, seed)
    colour = mixed(colour, brass * sheen, inside(outer, distance, width: width))
    // Windows between four spokes.
    let spoke = abs(fraction(angle * 4) - 0.5) * 0.25 * 6.28 * distance
    let window =
      inside(4.3, distance, width: width) * inside(-1.7, -distance, width: width)
      * inside(-0.7, -spoke, width: width)
    colour = mixed(colour, Colour(0.16, 0.09, 0.04), window)
    colour = mixed(colour, Colour(0.42, 0.26, 0.06), 0.7 * inside(0.35, abs(distance - 5), width: width))
    colour = mixed(colour, Colour(1, 0.93, 0.66), inside(1.3, distance, width: width))
    return mixed(colour, Colour(0.14, 0.08, 0.03), inside(0.6, distance, width: width))
  }
}
