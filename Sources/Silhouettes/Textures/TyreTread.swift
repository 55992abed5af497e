import Imaging
import Tensors

/// A tyre's tread: black chevrons of rubber blocks between grooves.
struct TyreTread: Texture {
  private let seed: UInt32
  private let steepness: Float

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    steepness = generator.uniform(in: 0.7...1)
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let (lane, pitch): (Float, Float) = (19, 6.4)
    let u = abs(fraction(x / lane) - 0.5) * lane
    let chevron = y + u * steepness
    let block = PortableMath.floor(chevron / pitch)
    let v = chevron - Float(block) * pitch
    let groove = min(abs(u), abs(u - 5.2), lane / 2 - u) - (u < 2 ? 0.5 : 0.3)
    let gap = min(v, pitch - v)
    let sipe = abs(v - pitch / 2)
    let speckle = noise(x * 1.3, y * 1.3, seed) - 0.5
    var colour = Colour(0.33, 0.33, 0.35) + speckle * 0.1 + 0.18 * (0.5 - v / pitch)
    colour = mixed(colour, Colour(0.12, 0.12, 0.13), 0.7 * inside(0.35, sipe, width: width))
    let edge = inside(1.5, gap, width: width) * (v < pitch / 2 ? 1 : 0)
    colour = mixed(colour, Colour(0.56, 0.56, 0.58), 0.7 * edge)
    colour = mixed(colour, Colour(0.02, 0.02, 0.025), inside(0.85, gap, width: width))
    return mixed(colour, Colour(0.02, 0.02, 0.025), inside(0.5, groove, width: width))
  }
}
