import Imaging
import Silhouettes

/// The mean colour of each region, and how far lightness strays from it.
struct RegionColours {
  private(set) var means: [Colour]
  /// Standard deviations of lightness.
  private(set) var deviations: [Float]
  /// Pixels.
  private(set) var sizes: [Float]

  init(of colours: [Colour], in regions: PictureRegions) {
    means = [Colour](repeating: Colour(repeating: 0), count: regions.count)
    deviations = [Float](repeating: 0, count: regions.count)
    sizes = [Float](repeating: 0, count: regions.count)
    for (colour, region) in zip(colours, regions.labels) {
      means[region] += colour
      sizes[region] += 1
    }
    for region in means.indices { means[region] /= sizes[region] }
    for (colour, region) in zip(colours, regions.labels) {
      let difference = (colour - means[region]).lightness
      deviations[region] += difference * difference
    }
    for region in means.indices { deviations[region] = (deviations[region] / sizes[region]).squareRoot() }
  }

  /// The regions' lightness, spread out where all are much alike, and kept off black and white, where no texture
  /// could be seen.
  var spreadTones: [Float] {
    let area = sizes.reduce(0, +)
    let tones = means.map(\.lightness)
    let mean = zip(tones, sizes).reduce(0) { $0 + $1.0 * $1.1 } / area
    let variance = zip(tones, sizes).reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * $1.1 } / area
    let factor = min(max(0.22 / max(variance.squareRoot(), 1e-3), 1), 1.7)
    return tones.map { min(max(mean + ($0 - mean) * factor, 0.1), 0.9) }
  }
}

extension Colour {
  /// By the weights of ITU-R BT.601.
  var lightness: Float { 0.299 * x + 0.587 * y + 0.114 * z }

  var squaredLength: Float { x * x + y * y + z * z }
}
