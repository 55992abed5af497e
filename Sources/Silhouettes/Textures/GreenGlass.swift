import Tensors

/// Bottle glass: deep green with bright flowing lights and bubbles.
struct GreenGlass: Texture {
  private let seed: UInt32
  private let hue: Float

  init(using generator: inout SeededGenerator) {
    seed = UInt32(truncatingIfNeeded: generator.next())
    hue = generator.uniform()
  }

  func colour(at x: Float, _ y: Float, width: Float) -> Colour {
    let bend = noise(x * 0.09, y * 0.05, seed) * 9 + noise(x * 0.2, y * 0.12, seed &+ 1) * 3
    let light = 0.5 + 0.5 * wave((x + bend) / 9)
    let deep = mixed(Colour(0.01, 0.22, 0.1), Colour(0.05, 0.26, 0.04), hue)
    let bright = mixed(Colour(0.16, 0.66, 0.32), Colour(0.36, 0.7, 0.16), hue)
    var colour = mixed(deep, bright, light * light * (3 - 2 * light))
    colour = mixed(colour, Colour(0.86, 1, 0.86), ramp(0.93, 0.995, light) * 0.9)
    let cell = Cell(at: x / 8.5, y / 8.5, spread: 0.8, seed &+ 2)
    let radius = 0.1 + 0.2 * Float(cell.hash >> 20 & 255) / 255
    let ring = inside(0.5, abs(cell.nearest - radius) * 8.5, width: width)
    colour = mixed(colour, Colour(0.82, 1, 0.8), 0.85 * ring)
    let glint = cell.offset + radius * 0.35
    let spot = (glint * glint).sum().squareRoot() * 8.5
    return mixed(colour, Colour(0.97, 1, 0.95), inside(0.7, spot, width: width) * 0.9)
  }
}
