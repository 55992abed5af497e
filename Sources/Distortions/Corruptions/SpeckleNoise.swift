import Tensors

extension Corruption {
  /// Each value times a number around 1 from a normal distribution (Hendrycks & Dietterich 2019).
  public static let speckleNoise = Corruption(name: "speckle_noise", title: "Speckle noise", family: .extra) {
    picture, severity, generator in
    let deviation = [0.15, 0.2, 0.35, 0.45, 0.6][severity - 1]
    return picture.mapValues { $0 + $0 * deviation * Double(generator.normal()) }
  }
}
