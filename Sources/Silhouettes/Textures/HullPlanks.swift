import Imaging
import Tensors

/// A boat's painted planking: long boards, white and blue, each with a shadow under its lap.
struct HullPlanks: Texture {
  private let seed: UInt32
  private let paint: Colour
  private let board: Float

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    paint = mixed(Colour(0.08, 0.2, 0.5), Colour(0.1, 0.34, 0.52), generator.uniform())
    board = generator.uniform(in: 5.5...7)
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let row = PortableMath.floor(y / board)
    let v = y - Float(row) * board
    let butt = abs(fraction(x / 46 + scattered(row, 1, seed)) * 46 - 23)
    let worn = streaks(y * 0.9, x, length: 14, seed) - 0.5
    let base = row % 3 == 0 ? paint : Colour(0.95, 0.95, 0.92)
    let tone = 0.9 + 0.12 * scattered(row, 2, seed)
    var colour = base * (tone + 0.16 * (0.5 - v / board)) + worn * 0.14
    colour = mixed(colour, Colour(0.05, 0.08, 0.16), 0.75 * (1 - ramp(0, 1.6, v)))
    colour = mixed(colour, Colour(0.04, 0.06, 0.12), inside(0.5, min(v, board - v), width: width))
    return mixed(colour, Colour(0.06, 0.08, 0.14), inside(0.4, butt, width: width))
  }
}
