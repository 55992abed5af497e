import Imaging
import Tensors

/// A truck's tread plate in safety yellow: raised lozenges that lie across each other in turn.
struct DiamondPlate: Texture {
  private let seed: UInt32
  private let paint: Colour

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    paint = mixed(Colour(0.93, 0.7, 0.05), Colour(0.98, 0.78, 0.12), generator.uniform())
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let pitch: Float = 6.2
    let (column, row) = (PortableMath.floor(x / pitch), PortableMath.floor(y / pitch))
    let u = x - (Float(column) + 0.5) * pitch
    let v = y - (Float(row) + 0.5) * pitch
    let isRising = (column + row) & 1 == 0
    let along = (isRising ? u + v : u - v) * 0.7071
    let across = (isRising ? v - u : u + v) * 0.7071
    let half: Float = 3.1
    let tall = 1.15 * (1 - along * along / (half * half))
    let distance = abs(across)
    let scuff = noise(x * 0.5, y * 0.5, seed) - 0.5
    var colour = paint * (0.86 + 0.2 * scuff)
    // The shadow falls below the lozenge, the light on its upper flank.
    let shadow = inside(tall + 0.7, abs(across - 0.6), width: width) * (abs(along) < half ? 1 : 0)
    colour = mixed(colour, Colour(0.26, 0.16, 0.01), shadow * 0.9)
    let raised = inside(tall, distance, width: width) * (tall > 0 ? 1 : 0)
    let flank = across < 0 ? Colour(1, 0.96, 0.7) : paint * 0.95
    return mixed(colour, flank, raised)
  }
}
