import Imaging
import Tensors

/// What a shape stands before: soft, faint and nearly grey, and like none of the textures that are cues.
struct Background: Sendable {
  /// The faint figure that a background has.
  private enum Figure: Int, CaseIterable {
    case plain, clouds, stripes, discs, haze
  }

  private let figure: Figure
  private let seed: UInt32
  private let base: Colour
  private let slope: Colour
  private let direction: SIMD2<Float>
  private let scale: Float
  private let strength: Float

  /// - Parameters:
  ///   - tone: about how light it is, 0…1.
  ///   - size: pixels of the picture's side.
  init(tone: Float, size: Int, using generator: inout SeededGenerator) {
    figure = Figure.allCases[generator.uniform(below: Figure.allCases.count)]
    seed = UInt32(truncatingIfNeeded: generator.next())
    let tint = Colour(generator.uniform(), generator.uniform(), generator.uniform()) - 0.5
    base = Colour(repeating: tone) + (tint - tint.sum() / 3) * 0.16
    let turns = generator.uniform()
    direction = SIMD2(PortableMath.cosine(turns: turns), PortableMath.sine(turns: turns))
    slope =
      Colour(repeating: generator.uniform(in: 0.06...0.16))
      + Colour(generator.uniform(), generator.uniform(), generator.uniform()) * 0.06
    scale = 96 / Float(size)
    strength = generator.uniform(in: 0.05...0.11)
  }

  func colour(x: Int, y: Int) -> Colour {
    let (x, y) = ((Float(x) + 0.5) * scale, (Float(y) + 0.5) * scale)
    let along = (x - 48) * direction.x + (y - 48) * direction.y
    let across = (y - 48) * direction.x - (x - 48) * direction.y
    let ground = base + slope * (along / 68)
    return ground + strength * pattern(x, y, along, across)
  }

  /// −1…1, changing slowly.
  private func pattern(_ x: Float, _ y: Float, _ along: Float, _ across: Float) -> Float {
    switch figure {
    case .plain: 0
    case .clouds:
      1.4 * (noise(x / 26, y / 26, seed) + 0.5 * noise(x / 11, y / 11, seed &+ 1) - 0.75)
    case .stripes: 0.6 * wave(along / 27 + 0.3 * noise(x / 40, y / 40, seed))
    case .discs: discs(x, y)
    case .haze: 1.2 * (noise(along / 60, across / 14, seed) - 0.5)
    }
  }

  private func discs(_ x: Float, _ y: Float) -> Float {
    let cell = Cell(at: x / 30, y / 30, spread: 0.7, seed)
    return 1 - 1.2 * ramp(0.28, 0.42, cell.nearest)
  }
}
