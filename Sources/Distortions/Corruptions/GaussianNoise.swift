import Tensors

extension Corruption {
  /// A number from a normal distribution added to each value (Hendrycks & Dietterich 2019).
  public static let gaussianNoise = Corruption(
    name: "gaussian_noise", title: "Gaussian noise", family: .noise
  ) {
    picture, severity, generator in
    let deviation = [0.08, 0.12, 0.18, 0.26, 0.38][severity - 1]
    return picture.mapValues { $0 + deviation * Double(generator.normal()) }
  }
}
