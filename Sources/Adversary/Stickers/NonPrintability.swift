import Tensors

/// How far a sticker's colours are from those that a printer can print (Sharif et al. 2016): the mean over its visible
/// pixels of the product over printable colours of the distance to each, so that one near colour suffices.
public struct NonPrintability: Sendable {
  /// A pixel.
  public let value: Double
  /// With respect to the colours, `[3, side, side]`.
  public let gradient: Tensor

  /// Below this distance the slope is taken as 0, where it has none.
  private static let nearest: Float = 1e-6

  /// - Parameter printable: RGB in 0…1, at least one.
  public init(of sticker: Sticker, printable: [SIMD3<Float>]) {
    let plane = sticker.side * sticker.side
    var total = 0.0
    var visible = 0
    var gradient = Tensor(zeros: sticker.colours.shape)
    gradient.withUnsafeMutableBuffer { gradient in
      sticker.colours.withUnsafeBuffer { colours in
        sticker.alpha.withUnsafeBuffer { alpha in
          visible = alpha.count { $0 > 0 }
          for pixel in 0..<plane where alpha[pixel] > 0 {
            let colour = SIMD3(colours[pixel], colours[plane + pixel], colours[2 * plane + pixel])
            let apart = printable.map { colour - $0 }
            let distances = apart.map { ($0 * $0).sum().squareRoot() }
            total += Double(distances.reduce(1, *))
            // d Π |p − c| = Σ over colours of (p − c) / |p − c| times the product of the other distances
            var slope = SIMD3<Float>.zero
            for (number, distance) in distances.enumerated() where distance > NonPrintability.nearest {
              let others = distances.enumerated().reduce(Float(1)) {
                $1.offset == number ? $0 : $0 * $1.element
              }
              slope += others / distance * apart[number]
            }
            for channel in 0..<3 { gradient[channel * plane + pixel] = slope[channel] }
          }
        }
      }
    }
    value = total / Double(max(visible, 1))
    let share = 1 / Float(max(visible, 1))
    self.gradient = gradient.map { share * $0 }
  }
}
