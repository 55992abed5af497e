import Foundation

/// A Gaussian filter, cut off at some standard deviations, along columns and then along rows, in double precision:
/// `scipy.ndimage.gaussian_filter`.
struct GaussianFilter {
  /// Weights of the value itself and of those 1, 2, … away on either side; twice the sum but the first is 1.
  let weights: [Double]
  /// What lies outside a plane.
  let border: Border

  /// - Parameters:
  ///   - standardDeviation: in pixels; 0 changes nothing.
  ///   - truncate: how many standard deviations the filter reaches.
  init(standardDeviation: Double, border: Border, truncate: Double = 4) {
    self.border = border
    guard standardDeviation > 0 else {
      weights = [1]
      return
    }
    let radius = Int(truncate * standardDeviation + 0.5)
    let heights = (0...radius).map { exp(-0.5 * Double($0 * $0) / (standardDeviation * standardDeviation)) }
    let sum = 2 * heights.reduce(0, +) - heights[0]
    weights = heights.map { $0 / sum }
  }

  func applied(to plane: Plane) -> Plane {
    guard weights.count > 1, !plane.values.isEmpty else { return plane }
    return filtered(filtered(plane).transposed).transposed
  }

  /// Each line mixed with its neighbours above and below.
  private func filtered(_ plane: Plane) -> Plane {
    let (lines, length) = (plane.height, plane.width)
    var result = Plane(height: lines, width: length)
    var outside = 0.0
    if case .constant(let value) = border { outside = value }
    plane.values.withUnsafeBufferPointer { source in
      result.values.withUnsafeMutableBufferPointer { target in
        for line in 0..<lines {
          var weightOutside = 0.0
          for away in (1 - weights.count)...(weights.count - 1) {
            let weight = weights[abs(away)]
            guard let other = border.place(line + away, in: lines) else {
              weightOutside += weight
              continue
            }
            let (to, from) = (line * length, other * length)
            for place in 0..<length { target[to + place] += weight * source[from + place] }
          }
          for place in line * length..<(line + 1) * length { target[place] += weightOutside * outside }
        }
      }
    }
    return result
  }
}
