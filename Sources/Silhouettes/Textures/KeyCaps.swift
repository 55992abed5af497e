import Imaging
import Tensors

/// Rows of key caps with bevelled edges and a sign on each.
struct KeyCaps: Texture {
  private let seed: UInt32
  private let cap: Colour
  private let accent: Colour

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    cap = mixed(Colour(0.93, 0.91, 0.84), Colour(0.88, 0.9, 0.93), generator.uniform())
    accent = generator.uniform() < 0.5 ? Colour(0.9, 0.42, 0.25) : Colour(0.3, 0.5, 0.78)
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let pitch: Float = 8.6
    let row = PortableMath.floor(y / pitch)
    let shifted = x + Float(row & 3) * 2.6
    let column = PortableMath.floor(shifted / pitch)
    let u = shifted - (Float(column) + 0.5) * pitch
    let v = y - (Float(row) + 0.5) * pitch
    let hash = hashed(column, row, seed)
    let isAccent = hash >> 24 < 20
    let base = isAccent ? accent : cap
    let edge = boxed(u, v, half: 3.7, corner: 1)
    let top = boxed(u, v + 0.5, half: 2.7, corner: 1)
    let side = base * (v > 0 ? 0.58 : 0.8)
    var colour = mixed(Colour(0.1, 0.1, 0.12), side, inside(0, edge, width: width))
    colour = mixed(colour, base, inside(0, top, width: width))
    let sign = sign(hash, u, v + 0.5, width: width)
    return mixed(colour, isAccent ? Colour(1, 1, 1) : Colour(0.12, 0.13, 0.16), sign)
  }

  /// Distance from the rim of a rounded square, negative inside.
  private func boxed(_ u: Float, _ v: Float, half: Float, corner: Float) -> Float {
    let out = SIMD2(max(abs(u) - half + corner, 0), max(abs(v) - half + corner, 0))
    return (out * out).sum().squareRoot() - corner
  }

  /// A letter-like figure: some of the seven strokes of a digital display.
  private func sign(_ hash: UInt32, _ u: Float, _ v: Float, width: Float) -> Float {
    let (half, tall): (Float, Float) = (0.85, 1.5)
    var nearest: Float = 10
    for stroke in 0..<5 where (hash >> UInt32(stroke)) & 1 == 1 || stroke == Int(hash >> 8) % 5 {
      let distance: Float
      if stroke < 3 {
        let level = Float(stroke - 1) * tall
        distance = max(abs(u) - half, abs(v - level))
      } else {
        let side = stroke == 3 ? -half : half
        distance = max(abs(v) - tall, abs(u - side))
      }
      nearest = min(nearest, distance)
    }
    return inside(0.38, nearest, width: width)
  }
}
