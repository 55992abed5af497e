import Imaging
import Tensors

/// Red, green and blue as a picture stores them, but in 0…1 and sometimes a little beyond.
package typealias Colour = SIMD3<Float>

/// A procedural texture with all its random choices made.
///
/// Only IEEE additions, multiplications, divisions, square roots and integer hashes may be used, so that the colour
/// is the same on every machine.
protocol Texture: Sendable {
  /// Chooses what differs between two pictures of the same texture.
  init(using generator: inout SeededGenerator)

  /// The colour at a place.
  ///
  /// - Parameters:
  ///   - x, y: in units of which 96 make a picture's side.
  ///   - width: of a pixel in these units, over which edges are softened.
  func colour(at x: Float, _ y: Float, width: Float) -> Colour
}

extension Texture {
  /// Colours the covered pixels of a row: one call for all, so that the loop and the texture are compiled together.
  func paint(
    _ row: UnsafeMutableBufferPointer<Colour>, covered: UnsafeBufferPointer<Float>, from start: SIMD2<Float>,
    step: SIMD2<Float>, width: Float
  ) {
    for column in row.indices where covered[column] > 0 {
      row[column] = colour(
        at: start.x + Float(column) * step.x, start.y + Float(column) * step.y, width: width)
    }
  }
}

/// A family of textures: what a person links to a category, or to none.
package struct TextureFamily: Sendable {
  /// The category, or a name of its own.
  let name: String
  /// How far the texture may be turned to either side, in whole turns.
  let tilt: Float
  /// How many times as large as drawn.
  let scale: ClosedRange<Float>
  let make: @Sendable (inout SeededGenerator) -> any Texture

  init<Made: Texture>(
    _ name: String, _: Made.Type, tilt: Float, scale: ClosedRange<Float> = 0.85...1.3
  ) {
    self.name = name
    self.tilt = tilt
    self.scale = scale
    make = { Made(using: &$0) }
  }
}

/// A texture laid on a picture: turned, scaled, moved and coloured.
package struct TexturePaint: Sendable {
  private let texture: any Texture
  private let along: SIMD2<Float>
  private let origin: SIMD2<Float>
  /// Texture units a pixel.
  private let pixel: Float
  private let gain: Colour
  private let saturation: Float

  package init(_ family: TextureFamily, size: Int, using generator: inout SeededGenerator) {
    texture = family.make(&generator)
    let turns = generator.uniform(in: -family.tilt...family.tilt)
    pixel = 96 / (Float(size) * generator.uniform(in: family.scale))
    along = SIMD2(PortableMath.cosine(turns: turns), PortableMath.sine(turns: turns))
    origin = SIMD2(generator.uniform(in: 0...500), generator.uniform(in: 0...500))
    let brightness = generator.uniform(in: 0.88...1.1)
    gain =
      brightness
      * Colour(
        generator.uniform(in: 0.93...1.07), generator.uniform(in: 0.95...1.05),
        generator.uniform(in: 0.93...1.07))
    saturation = generator.uniform(in: 0.75...1.15)
  }

  /// Colours the pixels of row `y` that are covered.
  package func paint(
    _ row: UnsafeMutableBufferPointer<Colour>, covered: UnsafeBufferPointer<Float>, y: Int
  ) {
    let step = along * pixel
    let down = SIMD2(-along.y, along.x) * pixel
    let start = origin + step * 0.5 + down * (Float(y) + 0.5)
    texture.paint(row, covered: covered, from: start, step: step, width: pixel)
    for column in row.indices where covered[column] > 0 {
      let colour = row[column] * gain
      let grey = colour.sum() * (1 / 3)
      row[column] = grey + (colour - grey) * saturation
    }
  }
}
