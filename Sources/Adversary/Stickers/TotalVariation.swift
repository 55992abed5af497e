import Tensors

/// How rough a sticker is: the mean over its visible pixels of the length of the colour's slope, summed over
/// channels (Rudin, Osher & Fatemi 1992).
///
///     TV = 1/n · Σ over channels, pixels of √(Δdown² + Δright² + ε²) − ε
///
/// Differences across the outline or the picture's edge are 0; ε = 1e-3 keeps the gradient finite on flat
/// colour.
public struct TotalVariation: Sendable {
  /// The rounding of the square root's corner, in units of colour.
  public static let epsilon: Float = 1e-3

  /// In units of colour (0…1) a pixel.
  public let value: Double
  /// With respect to the colours, `[3, side, side]`.
  public let gradient: Tensor

  public init(of sticker: Sticker) {
    let side = sticker.side
    let plane = side * side
    var total = 0.0
    var visible = 0
    var gradient = Tensor(zeros: sticker.colours.shape)
    gradient.withUnsafeMutableBuffer { gradient in
      sticker.colours.withUnsafeBuffer { colours in
        sticker.alpha.withUnsafeBuffer { alpha in
          visible = alpha.count { $0 > 0 }
          for index in 0..<3 * plane where alpha[index % plane] > 0 {
            let pixel = index % plane
            let hasBelow = pixel + side < plane && alpha[min(pixel + side, plane - 1)] > 0
            let hasRight = pixel % side + 1 < side && alpha[min(pixel + 1, plane - 1)] > 0
            let below = hasBelow ? colours[index + side] - colours[index] : 0
            let right = hasRight ? colours[index + 1] - colours[index] : 0
            let epsilon = TotalVariation.epsilon
            let length = (below * below + right * right + epsilon * epsilon).squareRoot()
            total += Double(length - epsilon)
            if hasBelow {
              gradient[index + side] += below / length
              gradient[index] -= below / length
            }
            if hasRight {
              gradient[index + 1] += right / length
              gradient[index] -= right / length
            }
          }
        }
      }
    }
    value = total / Double(max(visible, 1))
    let share = 1 / Float(max(visible, 1))
    self.gradient = gradient.map { share * $0 }
  }
}
