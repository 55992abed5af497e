import Imaging
import Tensors

/// An oven's masonry: red bricks in pale mortar.
struct BrickWork: Texture {
  private let seed: UInt32
  private let brick: SIMD2<Float>

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    brick = SIMD2(generator.uniform(in: 12...14.5), generator.uniform(in: 5.6...6.6))
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let uneven = SIMD2(noise(x * 0.4, y * 0.4, seed) - 0.5, noise(x * 0.4, y * 0.4, seed &+ 1) - 0.5)
    let (x, y) = (x + uneven.x * 0.9, y + uneven.y * 0.9)
    let row = PortableMath.floor(y / brick.y)
    let shifted = x + (row & 1 == 0 ? 0 : brick.x / 2)
    let column = PortableMath.floor(shifted / brick.x)
    let u = shifted - Float(column) * brick.x
    let v = y - Float(row) * brick.y
    let edge = min(u, brick.x - u, v, brick.y - v)
    let tone = scattered(column, row, seed &+ 2)
    let grain = noise(x * 1.1, y * 1.1, seed &+ 3) - 0.5
    let clay = mixed(Colour(0.58, 0.17, 0.1), Colour(0.84, 0.36, 0.2), tone)
    var colour = clay + grain * 0.2
    colour = mixed(colour, colour * 0.72, ramp(brick.y - 2, brick.y - 0.8, v))
    return mixed(Colour(0.86, 0.82, 0.75) + grain * 0.12, colour, ramp(0.55, 0.55 + max(width, 0.5), edge))
  }
}
