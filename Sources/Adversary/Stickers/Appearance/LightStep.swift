import Foundation
import Tensors

/// Light and exposure: every value v becomes contrast · (v^gamma − ½) + ½ + brightness.
struct LightStep: AppearanceStep {
  /// Added; 0 leaves everything as it is.
  let brightness: Float
  /// The factor on the distance from mid-grey; 1 leaves everything as it is.
  let contrast: Float
  /// The exponent, above 0; 1 leaves everything as it is.
  let gamma: Float

  /// Below this value a power with an exponent under 1 is taken as straight, which keeps its slope finite.
  private static let floor: Float = 1e-3

  // d v' / d v = contrast · gamma · v^(gamma − 1)
  func apply(_ colours: Tensor) -> Appearance {
    let (brightness, contrast, gamma) = (brightness, contrast, gamma)
    let powered = gamma == 1 ? colours : colours.map { LightStep.power($0, gamma) }
    return Appearance(colours: powered.map { contrast * ($0 - 0.5) + 0.5 + brightness }) { gradient in
      guard gamma != 1 else { return gradient.map { contrast * $0 } }
      return Appearance.combined(gradient, colours) { contrast * $0 * LightStep.slope($1, gamma) }
    }
  }

  private static func power(_ value: Float, _ gamma: Float) -> Float {
    value < floor ? pow(floor, gamma) + slope(floor, gamma) * (value - floor) : pow(value, gamma)
  }

  private static func slope(_ value: Float, _ gamma: Float) -> Float {
    gamma * pow(max(value, floor), gamma - 1)
  }
}
