import Foundation
import Tensors

extension Corruption {
  /// Each value counted in photons, of which white has 60 down to 3 (Hendrycks & Dietterich 2019).
  public static let shotNoise = Corruption(name: "shot_noise", title: "Shot noise", family: .noise) {
    picture, severity, generator in
    let photons = [60.0, 25, 12, 5, 3][severity - 1]
    return picture.mapValues { Double(generator.poisson(mean: $0 * photons)) / photons }
  }
}

extension RandomNumberGenerator {
  /// A number from a Poisson distribution, by summing its probabilities up to a uniform number (Devroye 1986, chapter
  /// X.3); for means up to some hundreds.
  mutating func poisson(mean: Double) -> Int {
    let wanted = Double(next() >> 11) * 0x1p-53
    var probability = exp(-mean)
    var sum = probability
    var count = 0
    // The sum may stay below a number next to 1: the terms then vanish.
    while wanted >= sum, probability > 0 {
      count += 1
      probability *= mean / Double(count)
      sum += probability
    }
    return count
  }
}
