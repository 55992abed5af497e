/// A colour by hue, saturation and value (Smith 1978), each in 0…1.
struct HueSaturationValue {
  /// Red is 0, green a third, blue two thirds.
  var hue: Double
  var saturation: Double
  var value: Double

  /// - Parameter rgb: red, green and blue in 0…1. A grey has hue 0.
  init(_ rgb: SIMD3<Double>) {
    value = rgb.max()
    let range = value - rgb.min()
    saturation = value > 0 ? range / value : 0
    guard range > 0 else {
      hue = 0
      return
    }
    let sixths =
      rgb[2] == value
      ? 4 + (rgb[0] - rgb[1]) / range
      : rgb[1] == value ? 2 + (rgb[2] - rgb[0]) / range : (rgb[1] - rgb[2]) / range
    hue = (sixths < 0 ? sixths + 6 : sixths) / 6
  }

  /// Red, green and blue in 0…1.
  var rgb: SIMD3<Double> {
    let sector = (hue * 6).rounded(.down)
    let rest = hue * 6 - sector
    let low = value * (1 - saturation)
    let falling = value * (1 - rest * saturation)
    let rising = value * (1 - (1 - rest) * saturation)
    switch Int(sector) % 6 {
    case 0: return SIMD3(value, rising, low)
    case 1: return SIMD3(falling, value, low)
    case 2: return SIMD3(low, value, rising)
    case 3: return SIMD3(low, falling, value)
    case 4: return SIMD3(rising, low, value)
    default: return SIMD3(value, low, falling)
    }
  }
}
