import Imaging
import Tensors

/// A square of colours that a picture of the corpus is painted on.
struct SilhouetteCanvas {
  let size: Int
  private var colours: [Colour]

  init(size: Int) {
    self.size = size
    colours = [Colour](repeating: Colour(repeating: 0), count: size * size)
  }

  /// A texture over the whole picture.
  static func texture(_ paint: TexturePaint, size: Int) -> Picture {
    var canvas = SilhouetteCanvas(size: size)
    canvas.paint(paint, where: [Float](repeating: 1, count: size * size))
    return canvas.picture
  }

  /// A texture within a shape, before a background that is lighter or darker than the texture.
  static func textured(
    _ paint: TexturePaint, _ coverage: OutlineCoverage, using generator: inout SeededGenerator
  ) -> Picture {
    var canvas = SilhouetteCanvas(size: coverage.width)
    canvas.paint(paint, where: coverage.values)
    let tone = canvas.meanTone(where: coverage.values)
    let lighter = generator.uniform(in: min(tone + 0.3, 0.9)...0.97)
    let darker = generator.uniform(in: 0.06...max(tone - 0.3, 0.16))
    // Where a texture is neither light nor dark both sides are open.
    let isLighter = tone < 0.42 || (tone < 0.58 && generator.uniform() < 0.5)
    let background = Background(
      tone: isLighter ? lighter : darker, size: canvas.size, using: &generator)
    canvas.shade(coverage, using: &generator)
    canvas.drawRim(coverage, isDark: isLighter)
    canvas.fillBehind(coverage.values) { x, y in background.colour(x: x, y: y) }
    return canvas.picture
  }

  /// One dark colour where `coverage` says, on a light ground.
  static func drawn(_ coverage: [Float], size: Int, using generator: inout SeededGenerator) -> Picture {
    var canvas = SilhouetteCanvas(size: size)
    let ink = Colour(repeating: generator.uniform(in: 0.02...0.16))
    let ground = Colour(repeating: generator.uniform(in: 0.9...0.98))
    canvas.fillBehind([Float](repeating: 0, count: size * size)) { x, y in
      mixed(ground, ink, coverage[y * size + x])
    }
    return canvas.picture
  }

  private mutating func paint(_ paint: TexturePaint, where coverage: [Float]) {
    colours.withUnsafeMutableBufferPointer { colours in
      coverage.withUnsafeBufferPointer { coverage in
        for y in 0..<size {
          let row = y * size..<(y + 1) * size
          paint.paint(
            UnsafeMutableBufferPointer(rebasing: colours[row]),
            covered: UnsafeBufferPointer(rebasing: coverage[row]), y: y)
        }
      }
    }
  }

  private func meanTone(where coverage: [Float]) -> Float {
    var sum: Float = 0
    var area: Float = 0
    for index in coverage.indices where coverage[index] > 0 {
      let colour = colours[index]
      sum += coverage[index] * (0.3 * colour.x + 0.59 * colour.y + 0.11 * colour.z)
      area += coverage[index]
    }
    return area > 0 ? sum / area : 0.5
  }

  /// Light from one side, which lets the surface appear solid without hiding its texture.
  private mutating func shade(_ coverage: OutlineCoverage, using generator: inout SeededGenerator) {
    let turns = generator.uniform()
    let strength = generator.uniform(in: 0.04...0.12) / Float(size)
    let slope = SIMD2(
      PortableMath.cosine(turns: turns) * strength, PortableMath.sine(turns: turns) * strength)
    for y in 0..<size {
      for x in 0..<size where coverage.values[y * size + x] > 0 {
        let light = 1 + (Float(2 * x - size) * slope.x + Float(2 * y - size) * slope.y)
        colours[y * size + x] *= light
      }
    }
  }

  /// A thin line along the inside of the rim, dark before a light background and light before a dark one: without
  /// it a texture's own light or dark parts would blend with what lies behind.
  private mutating func drawRim(_ coverage: OutlineCoverage, isDark: Bool) {
    let reach = max(1, (size + 48) / 96)
    let ink = isDark ? Colour(0.05, 0.05, 0.06) : Colour(0.97, 0.96, 0.94)
    let inner = Neighbourhood.smallest(of: coverage.values, side: size, reach: reach)
    for index in colours.indices where coverage.values[index] > inner[index] {
      colours[index] = mixed(colours[index], ink, 0.6 * (coverage.values[index] - inner[index]))
    }
  }

  private mutating func fillBehind(_ coverage: [Float], _ ground: (Int, Int) -> Colour) {
    for y in 0..<size {
      for x in 0..<size where coverage[y * size + x] < 1 {
        let index = y * size + x
        colours[index] = mixed(ground(x, y), colours[index], coverage[index])
      }
    }
  }

  /// The colours as bytes, clamped and rounded.
  private var picture: Picture {
    var bytes = [UInt8](repeating: 0, count: 3 * size * size)
    for (index, colour) in colours.enumerated() {
      let scaled = pointwiseMin(pointwiseMax(colour, Colour(repeating: 0)), Colour(repeating: 1)) * 255 + 0.5
      bytes[3 * index] = UInt8(scaled.x)
      bytes[3 * index + 1] = UInt8(scaled.y)
      bytes[3 * index + 2] = UInt8(scaled.z)
    }
    return Picture(width: size, height: size, bytes: bytes)
  }
}
