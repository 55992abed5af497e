import Imaging
import Tensors

/// A bicycle's chain: rows of waisted steel links with bright pins, on black.
struct DriveChain: Texture {
  private let seed: UInt32
  private let plate: Colour

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    plate = mixed(Colour(0.66, 0.7, 0.78), Colour(0.78, 0.72, 0.6), generator.uniform())
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let (pitch, spacing): (Float, Float) = (5.6, 8)
    let row = PortableMath.floor(y / spacing)
    let v = y - (Float(row) + 0.5) * spacing
    let along = x + scattered(row, 0, seed) * 11.2
    let link = PortableMath.floor(along / pitch)
    let u = along - (Float(link) + 0.5) * pitch
    // Every second link lies outside: its plates are taller and hide the ends of its neighbours.
    let isOuter = link & 1 == 0
    let fromPin = pitch / 2 - abs(u)
    let waist = 1 - ramp(0, pitch / 2, fromPin)
    let half: Float = (isOuter ? 2.0 : 1.35) + (isOuter ? 1.1 : 0.9) * waist * waist
    let steel = inside(half, abs(v), width: width)
    let tone: Float = isOuter ? 1 : 0.66
    let shade = tone * (0.92 - 0.16 * v)
    var colour = mixed(Colour(0.05, 0.05, 0.06), plate * shade, steel)
    let rim = inside(0.5, abs(abs(v) - half), width: width)
    colour = mixed(colour, Colour(0.1, 0.1, 0.12), 0.8 * rim)
    let pin = (fromPin * fromPin + v * v).squareRoot()
    colour = mixed(colour, Colour(0.12, 0.12, 0.14), inside(1.55, pin, width: width))
    return mixed(colour, Colour(0.97, 0.95, 0.88), inside(0.9, pin, width: width))
  }
}
