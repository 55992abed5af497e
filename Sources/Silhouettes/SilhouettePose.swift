import Imaging
import Tensors

/// How an outline stands in a picture: bent a little, stretched, mirrored or not, turned, and made to fill most of
/// the picture.
struct SilhouettePose: Sendable {
  private let isMirrored: Bool
  private let turns: Float
  private let stretch: SIMD2<Float>
  private let shear: Float
  private let wobble: Float
  private let waves: SIMD4<Float>
  private let extent: Float
  private let place: SIMD2<Float>

  init(using generator: inout SeededGenerator) {
    isMirrored = generator.uniform() < 0.5
    turns = (generator.uniform(in: -1...1) + generator.uniform(in: -1...1)) * 0.028
    let lean = generator.uniform(in: -0.1...0.1)
    stretch = SIMD2(1 + lean, 1 - lean)
    shear = generator.uniform(in: -0.09...0.09)
    wobble = generator.uniform(in: 0...0.014)
    waves = SIMD4(
      generator.uniform(in: 0.5...1.3), generator.uniform(in: 0.5...1.3), generator.uniform(),
      generator.uniform())
    extent = generator.uniform(in: 0.84...0.97)
    place = SIMD2(generator.uniform(), generator.uniform())
  }

  /// The outline in the pixels of a picture of `size` × `size`.
  func placed(_ outline: Outline, in size: Int) -> Outline {
    let (cosine, sine) = (PortableMath.cosine(turns: turns), PortableMath.sine(turns: turns))
    let posed = outline.mapped { corner in
      let bent = SIMD2(
        corner.x + wobble * PortableMath.sine(turns: waves.x * corner.y + waves.z),
        corner.y + wobble * PortableMath.sine(turns: waves.y * corner.x + waves.w))
      var arm = (bent - 0.5) * stretch
      arm.x += shear * arm.y
      if isMirrored { arm.x = -arm.x }
      return SIMD2(cosine * arm.x - sine * arm.y, sine * arm.x + cosine * arm.y)
    }
    guard let bounds = posed.bounds else { return posed }
    let span = bounds.upper - bounds.lower
    let side = Float(size)
    let scale = side * extent / max(span.x, span.y)
    let start = (SIMD2(side, side) - span * scale) * (0.2 + 0.6 * place)
    return posed.mapped { ($0 - bounds.lower) * scale + start }
  }
}
