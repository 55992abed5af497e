import Imaging
import Tensors

/// An airliner's skin: pale sheets with dark seams and a row of rivets along each.
struct RivetedMetal: Texture {
  private let seed: UInt32
  private let sheet: SIMD2<Float>

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    sheet = SIMD2(generator.uniform(in: 19...24), generator.uniform(in: 12.5...15))
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let row = PortableMath.floor(y / sheet.y)
    let v = y - Float(row) * sheet.y
    let shifted = x + (row & 1 == 0 ? 0 : sheet.x / 2)
    let column = PortableMath.floor(shifted / sheet.x)
    let u = shifted - Float(column) * sheet.x
    let edge = min(u, sheet.x - u, v, sheet.y - v)
    let tone = scattered(column, row, seed)
    let brushed = noise(x * 0.3, y * 2.2, seed &+ 1) - 0.5
    var colour = Colour(0.74, 0.81, 0.88) + (tone - 0.5) * 0.16 + brushed * 0.08 + 0.1 * (0.5 - v / sheet.y)
    // Rivets stand 2.4 units inside the seams, 4.4 apart.
    let (nearestU, nearestV) = (min(u, sheet.x - u), min(v, sheet.y - v))
    let pitch: Float = 4.4
    let across = nearestV < nearestU ? nearestV : nearestU
    let run = nearestV < nearestU ? u : v
    let place = SIMD2((fraction(run / pitch) - 0.5) * pitch, across - 2.4)
    let distance = (place * place).sum().squareRoot()
    colour = mixed(colour, Colour(0.26, 0.34, 0.46), 0.8 * inside(1.3, distance, width: width))
    colour = mixed(colour, Colour(1, 1, 1), inside(0.7, distance, width: width))
    return mixed(colour, Colour(0.2, 0.26, 0.36), inside(0.55, edge, width: width))
  }
}
