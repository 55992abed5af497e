import Foundation
import Tensors

extension Corruption {
  /// Each point drawn out along a line at −45° to 45° (Hendrycks & Dietterich 2019).
  public static let motionBlur = Corruption(name: "motion_blur", title: "Motion blur", family: .blur) {
    picture, severity, generator in
    let (radius, deviation) = [(10, 3.0), (15, 5), (15, 8), (15, 12), (20, 15)][severity - 1]
    let motion = Motion(
      radius: wholeLength(radius, in: picture), standardDeviation: length(deviation, in: picture),
      degrees: Double(generator.uniform(in: -45...45)))
    return picture.map(motion.applied)
  }
}

/// A blur along half a line from each point, with the weights of half a Gaussian: ImageMagick's `MotionBlurImage`.
struct Motion {
  /// How far down and across each of the steps lies, and its weight.
  private let steps: [(down: Int, across: Int, weight: Double)]

  /// - Parameters:
  ///   - radius: in pixels; there are twice as many steps and one.
  ///   - standardDeviation: in pixels, above 0.
  init(radius: Int, standardDeviation: Double, degrees: Double) {
    let angle = degrees * Double.pi / 180
    let weights = (0...2 * radius).map {
      exp(-Double($0 * $0) / (2 * standardDeviation * standardDeviation))
    }
    let sum = weights.reduce(0, +)
    steps = weights.enumerated().map { step, weight in
      (
        Int((Double(step) * sin(angle) - 0.5).rounded(.up)),
        Int((Double(step) * cos(angle) - 0.5).rounded(.up)),
        weight / sum
      )
    }
  }

  /// The last values go on beyond the edges.
  func applied(to plane: Plane) -> Plane {
    var result = Plane(height: plane.height, width: plane.width)
    for row in 0..<plane.height {
      for step in steps {
        let from = min(max(row + step.down, 0), plane.height - 1) * plane.width
        let to = row * plane.width
        for column in 0..<plane.width {
          let other = min(max(column + step.across, 0), plane.width - 1)
          result.values[to + column] += step.weight * plane.values[from + other]
        }
      }
    }
    return result
  }
}
