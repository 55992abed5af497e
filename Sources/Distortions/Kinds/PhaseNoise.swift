import Foundation
import Tensors

extension DistortionKind {
  /// Phase noise (Geirhos et al. 2018, 1808.08750): grey, and an angle from U(−width, width) added to the Fourier phase
  /// of each frequency, its conjugate turned the other way; clipped to 0…1.
  ///
  /// The mean stays, and so do the highest frequencies of even sizes, which are their own conjugates along one side:
  /// the published code turns neither.
  public static let phaseNoise = DistortionKind(
    name: "phase-noise", title: "Phase noise", levelName: "width of the noise, °",
    levels: [0, 30, 60, 90, 120, 150, 180]
  ) { picture, level, generator in
    var grey = GreyPicture(picture)
    let (rows, columns) = (grey.height, grey.width)
    var plane = FourierPlane(transforming: grey.values, rows: rows, columns: columns)
    let width = Float(level / 180 * Double.pi)
    for row in 0..<rows where 2 * row != rows {
      for column in 0..<columns where 2 * column != columns {
        let place = row * columns + column
        let conjugate = (rows - row) % rows * columns + (columns - column) % columns
        guard place < conjugate else { continue }
        let angle = Double(width > 0 ? generator.uniform(in: -width...width) : 0)
        plane.values.turn(place, by: angle)
        plane.values.turn(conjugate, by: -angle)
      }
    }
    grey.values = plane.pixels().map { Float($0) }
    return grey.tensor
  }
}

extension FourierTransform.Values {
  /// Adds to one value's phase, in radians.
  fileprivate mutating func turn(_ place: Int, by angle: Double) {
    let (x, y) = (real[place], imaginary[place])
    let (sine, cosine) = (sin(angle), cos(angle))
    real[place] = x * cosine - y * sine
    imaginary[place] = x * sine + y * cosine
  }
}
