import Foundation
import Tensors

/// JPEG at some quality: colours as luma and chroma, chroma halved, blocks of 8 × 8 as cosines, rounded to the quality's
/// steps. A step x is rounded to ⌊x⌉ + (x − ⌊x⌉)³ (Shin & Song 2017), which has a slope.
struct CompressionStep: AppearanceStep {
  /// 1…100, as libjpeg counts.
  let quality: Int

  func apply(_ colours: Tensor) -> Appearance {
    let side = colours.shape[1]
    let planes = (0..<3).map { number in
      CompressionStep.mixed(
        colours, CompressionStep.toLuma[number], factor: 255, shift: number == 0 ? -128 : 0)
    }
    let tables = [
      CompressionStep.steps(CompressionStep.luma, quality),
      CompressionStep.steps(CompressionStep.chroma, quality),
    ]
    let coded = planes.enumerated().map { number, plane in
      CodedPlane(plane, side: side, steps: tables[min(number, 1)], isHalved: number > 0)
    }
    let shown = (0..<3).map { channel in
      CompressionStep.mixed(
        coded.map(\.values), CompressionStep.toRed[channel], factor: 1 / 255, shift: 128 / 255)
    }
    let result = Tensor(shown.flatMap { $0 }, shape: colours.shape)
    return Appearance(colours: result) { gradient in
      // The transposes, last first.
      let onPlanes = (0..<3).map { number in
        let column = (0..<3).map { CompressionStep.toRed[$0][number] }
        return coded[number].pulledBack(CompressionStep.mixed(gradient, column, factor: 1 / 255, shift: 0))
      }
      let onColours = (0..<3).map { channel in
        let column = (0..<3).map { CompressionStep.toLuma[$0][channel] }
        return CompressionStep.mixed(onPlanes, column, factor: 255, shift: 0)
      }
      return Tensor(onColours.flatMap { $0 }, shape: colours.shape)
    }
  }

  // MARK: Colours

  /// Red, green and blue to luma and both chromas (JFIF), without the shift of 128 that chroma gets and loses again.
  private static let toLuma: [[Float]] = [
    [0.299, 0.587, 0.114], [-0.168_735_89, -0.331_264_11, 0.5], [0.5, -0.418_687_59, -0.081_312_41],
  ]
  private static let toRed: [[Float]] = [[1, 0, 1.402], [1, -0.344_136_29, -0.714_136_29], [1, 1.772, 0]]

  /// Σ weight · plane, times `factor`, plus `shift`.
  private static func mixed(_ planes: [[Float]], _ weights: [Float], factor: Float, shift: Float) -> [Float] {
    planes[0].indices.map { index in
      factor * (weights[0] * planes[0][index] + weights[1] * planes[1][index] + weights[2] * planes[2][index])
        + shift
    }
  }

  private static func mixed(_ colours: Tensor, _ weights: [Float], factor: Float, shift: Float) -> [Float] {
    mixed((0..<3).map(colours.row), weights, factor: factor, shift: shift)
  }

  // MARK: Steps

  /// The tables of Annex K of the standard (ITU-T T.81), row by row.
  private static let luma: [Float] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17,
    22, 29, 51,
    87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121,
    120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
  ]
  private static let chroma: [Float] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66,
    99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99,
    99, 99, 99, 99, 99, 99,
  ]

  /// A table at a quality, as libjpeg scales it.
  private static func steps(_ table: [Float], _ quality: Int) -> [Float] {
    let scale = quality < 50 ? 5000 / quality : 200 - 2 * quality
    return table.map { Float(min(max((Int($0) * scale + 50) / 100, 1), 255)) }
  }
}

/// One plane through the cosine transform and back.
private struct CodedPlane: Sendable {
  /// As it is shown, `side · side`.
  let values: [Float]
  private let side: Int
  /// Pixels of the picture along one of the plane's.
  private let unit: Int
  /// The plane's side, filled up to whole blocks.
  private let filled: Int
  /// The slope of the rounding of every coefficient.
  private let slopes: [Float]

  init(_ plane: [Float], side: Int, steps: [Float], isHalved: Bool) {
    self.side = side
    unit = isHalved ? 2 : 1
    filled = (side + 8 * unit - 1) / (8 * unit) * 8
    var coefficients = [Float](repeating: 0, count: filled * filled)
    for (place, pixels) in CodedPlane.sources(side: side, unit: unit, filled: filled).enumerated() {
      coefficients[place] = pixels.reduce(0) { $0 + plane[$1] } / Float(pixels.count)
    }
    CodedPlane.transform(&coefficients, filled, isInverse: false)
    var slopes = coefficients
    for place in coefficients.indices {
      let step = steps[place / filled % 8 * 8 + place % 8]
      let whole = (coefficients[place] / step).rounded()
      let rest = coefficients[place] / step - whole
      coefficients[place] = step * (whole + rest * rest * rest)
      slopes[place] = 3 * rest * rest
    }
    self.slopes = slopes
    CodedPlane.transform(&coefficients, filled, isInverse: true)
    let (unit, filled) = (unit, filled)
    values = (0..<side * side).map { coefficients[$0 / side / unit * filled + $0 % side / unit] }
  }

  /// The transpose: from a gradient on `values` to one on the plane before.
  func pulledBack(_ gradient: [Float]) -> [Float] {
    var coefficients = [Float](repeating: 0, count: filled * filled)
    for index in gradient.indices {
      coefficients[index / side / unit * filled + index % side / unit] += gradient[index]
    }
    CodedPlane.transform(&coefficients, filled, isInverse: false)
    for place in coefficients.indices { coefficients[place] *= slopes[place] }
    CodedPlane.transform(&coefficients, filled, isInverse: true)
    var result = [Float](repeating: 0, count: side * side)
    for (place, pixels) in CodedPlane.sources(side: side, unit: unit, filled: filled).enumerated() {
      for pixel in pixels { result[pixel] += coefficients[place] / Float(pixels.count) }
    }
    return result
  }

  /// For each place of the filled plane the pixels whose mean it is; the edge goes on beyond the picture.
  private static func sources(side: Int, unit: Int, filled: Int) -> [[Int]] {
    (0..<filled * filled).map { place in
      (0..<unit * unit).map { part in
        let row = min(place / filled * unit + part / unit, side - 1)
        let column = min(place % filled * unit + part % unit, side - 1)
        return row * side + column
      }
    }
  }

  /// The orthonormal cosine transform of every block of 8 × 8, or its inverse, which is its transpose.
  private static func transform(_ plane: inout [Float], _ side: Int, isInverse: Bool) {
    var block = [Float](repeating: 0, count: 64)
    var half = block
    for top in stride(from: 0, to: side, by: 8) {
      for left in stride(from: 0, to: side, by: 8) {
        for place in 0..<64 { block[place] = plane[(top + place / 8) * side + left + place % 8] }
        for place in 0..<64 {
          half[place] = (0..<8).reduce(0) {
            $0 + cosine(place / 8, $1, isInverse) * block[$1 * 8 + place % 8]
          }
        }
        for place in 0..<64 {
          plane[(top + place / 8) * side + left + place % 8] = (0..<8).reduce(0) {
            $0 + cosine(place % 8, $1, isInverse) * half[place / 8 * 8 + $1]
          }
        }
      }
    }
  }

  private static func cosine(_ row: Int, _ column: Int, _ isInverse: Bool) -> Float {
    isInverse ? cosines[column * 8 + row] : cosines[row * 8 + column]
  }

  /// Frequency by frequency the weights of the eight places.
  private static let cosines: [Float] = (0..<64).map { place in
    let (frequency, position) = (place / 8, place % 8)
    let scale = frequency == 0 ? (1.0 / 8).squareRoot() : 0.5
    return Float(scale * cos(Double(2 * position + 1) * Double(frequency) * .pi / 16))
  }
}
