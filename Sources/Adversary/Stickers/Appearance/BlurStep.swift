import Foundation
import Tensors

/// A Gaussian blur, rows and columns after each other; beyond the edge the edge's colour goes on.
struct BlurStep: AppearanceStep {
  /// In the sticker's own pixels, above 0.
  let standardDeviation: Double

  func apply(_ colours: Tensor) -> Appearance {
    let weights = weights
    let rows = BlurStep.spread(colours, weights, isTransposed: false, along: 1)
    return Appearance(colours: BlurStep.spread(rows, weights, isTransposed: false, along: 2)) { gradient in
      let columns = BlurStep.spread(gradient, weights, isTransposed: true, along: 2)
      return BlurStep.spread(columns, weights, isTransposed: true, along: 1)
    }
  }

  /// The weights out to three standard deviations, of sum 1.
  private var weights: [Float] {
    let reach = max(Int((3 * standardDeviation).rounded(.up)), 1)
    let heights = (-reach...reach).map { offset in
      exp(-0.5 * Double(offset * offset) / (standardDeviation * standardDeviation))
    }
    let sum = heights.reduce(0, +)
    return heights.map { Float($0 / sum) }
  }

  /// Every value the weighted mean of its neighbours along a dimension, or the transpose of that.
  private static func spread(
    _ values: Tensor, _ weights: [Float], isTransposed: Bool, along dimension: Int
  ) -> Tensor {
    let side = values.shape[1]
    let reach = weights.count / 2
    let step = dimension == 1 ? side : 1
    var result = Tensor(zeros: values.shape)
    result.withUnsafeMutableBuffer { result in
      values.withUnsafeBuffer { values in
        for index in values.indices {
          let place = index / step % side
          for (number, weight) in weights.enumerated() {
            let other = min(max(place + number - reach, 0), side - 1)
            let neighbour = index + (other - place) * step
            if isTransposed {
              result[neighbour] += weight * values[index]
            } else {
              result[index] += weight * values[neighbour]
            }
          }
        }
      }
    }
    return result
  }
}
