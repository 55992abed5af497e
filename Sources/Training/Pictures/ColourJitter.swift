import Tensors

/// Random brightness, contrast and saturation, by the formulas of torchvision's `ColorJitter` on numbers in 0…1; an
/// amount of 0 leaves its property alone.
///
/// A factor is drawn from 1 − amount … 1 + amount (never below 0) for each property, and the properties are changed
/// in random order.
public struct ColourJitter: Sendable, Hashable {
  /// Each at least 0.
  public var brightness, contrast, saturation: Double

  public init(brightness: Double = 0, contrast: Double = 0, saturation: Double = 0) {
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
  }

  /// What one factor changes.
  public enum Property: CaseIterable, Sendable {
    case brightness, contrast, saturation
  }

  /// Changes the colours of one picture.
  ///
  /// - Parameter picture: `[3, pixels]` in 0…1, three planes one after the other.
  public func apply(
    to picture: UnsafeMutableBufferPointer<Float>, using generator: inout some RandomNumberGenerator
  ) {
    guard brightness > 0 || contrast > 0 || saturation > 0 else { return }
    for property in Property.allCases.shuffled(using: &generator) {
      let amount: Double =
        switch property {
        case .brightness: brightness
        case .contrast: contrast
        case .saturation: saturation
        }
      guard amount > 0 else { continue }
      let range = Float(max(0, 1 - amount))...Float(1 + amount)
      ColourJitter.change(property, of: picture, by: generator.uniform(in: range))
    }
  }

  /// Multiplies one property by `factor`: the picture is mixed with black, with its mean grey or with each pixel's
  /// own grey, and clamped to 0…1.
  public static func change(
    _ property: Property, of picture: UnsafeMutableBufferPointer<Float>, by factor: Float
  ) {
    let pixels = picture.count / 3
    let rest = 1 - factor
    func grey(_ pixel: Int) -> Float {
      0.2989 * picture[pixel] + 0.587 * picture[pixels + pixel] + 0.114 * picture[2 * pixels + pixel]
    }
    func mix(_ index: Int, with other: Float) {
      picture[index] = min(max(factor * picture[index] + rest * other, 0), 1)
    }
    switch property {
    case .brightness:
      for index in picture.indices { mix(index, with: 0) }
    case .contrast:
      let mean = Float((0..<pixels).reduce(0.0) { $0 + Double(grey($1)) } / Double(max(pixels, 1)))
      for index in picture.indices { mix(index, with: mean) }
    case .saturation:
      for pixel in 0..<pixels {
        let own = grey(pixel)
        for channel in 0..<3 { mix(channel * pixels + pixel, with: own) }
      }
    }
  }
}
