import Tensors

extension Corruption {
  /// Some values of some channels black or white (Hendrycks & Dietterich 2019): `skimage.util.random_noise` in mode
  /// `s&p`.
  public static let impulseNoise = Corruption(name: "impulse_noise", title: "Impulse noise", family: .noise) {
    picture, severity, generator in
    let share: Float = [0.03, 0.06, 0.09, 0.17, 0.27][severity - 1]
    return picture.mapValues { value in
      guard generator.uniform() < share else { return value }
      return generator.uniform() < 0.5 ? 1 : 0
    }
  }
}
