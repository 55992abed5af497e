import Imaging
import Tensors

/// Plumage: rows of rounded feathers that overlap, each with a pale shaft, barbs and a dark rim.
struct Feathers: Texture {
  private let seed: UInt32
  private let base: Colour
  private let tip: Colour

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    let hue = generator.uniform()
    base = mixed(Colour(0.05, 0.42, 0.72), Colour(0.05, 0.6, 0.5), hue)
    tip = mixed(Colour(0.25, 0.78, 0.86), Colour(0.5, 0.88, 0.45), hue)
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let (pitch, spacing, length): (Float, Float, Float) = (8.4, 5.2, 9.4)
    let lowest = PortableMath.floor(y / spacing)
    // The rows above lie on top: the first feather that covers the place from there hides the others.
    for row in (lowest - 1)...(lowest + 1) {
      let shifted = x + (row & 1 == 0 ? 0 : pitch / 2)
      let column = PortableMath.floor(shifted / pitch)
      let u = (shifted - (Float(column) + 0.5) * pitch) / (pitch * 0.56)
      let v = (y - Float(row) * spacing + length * 0.25) / length
      guard v >= 0 else { continue }
      let round = max(v - 0.42, 0) / 0.58
      let rim = 1 - (u * u + round * round).squareRoot()
      guard rim > 0 else { continue }
      let tone = 0.8 + 0.35 * scattered(column, row, seed)
      let barbs = 0.86 + 0.2 * wave((abs(u) * 1.6 - v * 2) * 2.3)
      var colour = mixed(base, tip, ramp(0.2, 0.95, v)) * (tone * barbs)
      colour = mixed(colour, Colour(0.92, 0.97, 0.9), inside(0.42, abs(u) * pitch * 0.56, width: width) * 0.8)
      return mixed(Colour(0.02, 0.09, 0.2), colour, ramp(0.02, 0.2, rim))
    }
    return Colour(0.02, 0.09, 0.2)
  }
}
