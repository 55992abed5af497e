import Imaging

/// A grid point's hash, uniform over 32 bits.
func hashed(_ x: Int32, _ y: Int32, _ seed: UInt32) -> UInt32 {
  var bits = (UInt32(bitPattern: x) &* 0x8DA6_B343) ^ (UInt32(bitPattern: y) &* 0xD816_3841)
  bits = (bits &+ seed) &* 0xCB1A_B31F
  bits ^= bits >> 15
  bits = bits &* 0x2C1B_3C6D
  bits ^= bits >> 13
  bits = bits &* 0x297A_2D39
  return bits ^ (bits >> 16)
}

/// A grid point's number in 0..<1.
func scattered(_ x: Int32, _ y: Int32, _ seed: UInt32) -> Float { Float(hashed(x, y, seed) >> 8) * 0x1p-24 }

/// Smooth noise in 0…1 that takes random values at whole coordinates.
func noise(_ x: Float, _ y: Float, _ seed: UInt32) -> Float {
  let (column, row) = (PortableMath.floor(x), PortableMath.floor(y))
  let (across, down) = (eased(x - Float(column)), eased(y - Float(row)))
  let top = mixed(scattered(column, row, seed), scattered(column + 1, row, seed), across)
  let bottom = mixed(scattered(column, row + 1, seed), scattered(column + 1, row + 1, seed), across)
  return mixed(top, bottom, down)
}

/// 0…1 with level ends.
func eased(_ t: Float) -> Float { t * t * (3 - 2 * t) }

func mixed(_ from: Float, _ to: Float, _ share: Float) -> Float { from + (to - from) * share }

func mixed(_ from: Colour, _ to: Colour, _ share: Float) -> Colour { from + (to - from) * share }

/// 0 below `from`, 1 above `to`, even between.
func ramp(_ from: Float, _ to: Float, _ x: Float) -> Float { min(max((x - from) / (to - from), 0), 1) }

/// The part of `x` after the point, 0..<1 for negative numbers too.
func fraction(_ x: Float) -> Float { x - Float(PortableMath.floor(x)) }

/// How much of a pixel of the given width lies within `radius` of a line or point at `distance`.
func inside(_ radius: Float, _ distance: Float, width: Float) -> Float {
  min(max((radius - distance) / max(width, 0.2) + 0.5, 0), 1)
}

/// A sine over whole turns.
func wave(_ turns: Float) -> Float { PortableMath.sine(turns: turns) }

/// Streaks along y, 0…1: hairs, scratches, grain.
func streaks(_ x: Float, _ y: Float, length: Float, _ seed: UInt32) -> Float {
  0.6 * noise(x, y / length, seed) + 0.4 * noise(2.1 * x, 1.7 * y / length, seed &+ 1)
}

/// What lies around a place among points strewn one to a cell of a unit grid (Worley 1996).
struct Cell {
  /// Distances to the nearest and the second nearest point.
  var nearest: Float
  var second: Float
  /// The nearest point's hash, and where the place lies as seen from it.
  var hash: UInt32 = 0
  var offset = SIMD2<Float>()

  /// - Parameter spread: how far points stray from the middle of their cells, 0…1.
  init(at x: Float, _ y: Float, spread: Float, _ seed: UInt32) {
    let (column, row) = (PortableMath.floor(x), PortableMath.floor(y))
    var (near, next): (Float, Float) = (100, 100)
    for cellY in (row - 1)...(row + 1) {
      for cellX in (column - 1)...(column + 1) {
        let hash = hashed(cellX, cellY, seed)
        let dx = x - Float(cellX) - 0.5 - spread * (Float(hash & 0xFFFF) * 0x1p-16 - 0.5)
        let dy = y - Float(cellY) - 0.5 - spread * (Float(hash >> 16) * 0x1p-16 - 0.5)
        let square = dx * dx + dy * dy
        if square < near {
          next = near
          near = square
          self.hash = hash
          offset = SIMD2(dx, dy)
        } else if square < next {
          next = square
        }
      }
    }
    nearest = near.squareRoot()
    second = next.squareRoot()
  }
}
