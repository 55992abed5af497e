import Tensors

extension Corruption {
  /// Drops of water, then of mud, on the lens (Hendrycks & Dietterich 2019).
  public static let spatter = Corruption(name: "spatter", title: "Spatter", family: .extra) {
    picture, severity, generator in
    let liquid = [
      Liquid(mean: 0.65, deviation: 0.3, smoothness: 4, threshold: 0.69, strength: 0.6, isMud: false),
      Liquid(mean: 0.65, deviation: 0.3, smoothness: 3, threshold: 0.68, strength: 0.6, isMud: false),
      Liquid(mean: 0.65, deviation: 0.3, smoothness: 2, threshold: 0.68, strength: 0.5, isMud: false),
      Liquid(mean: 0.65, deviation: 0.3, smoothness: 1, threshold: 0.65, strength: 1.5, isMud: true),
      Liquid(mean: 0.67, deviation: 0.4, smoothness: 1, threshold: 0.65, strength: 1.5, isMud: true),
    ][severity - 1]
    let layer = layer(over: picture) { liquid.layer(height: $0, width: $1, using: &generator) }
    // Pale turquoise, and brown.
    let colour: [Double] = liquid.isMud ? [63, 42, 20] : [175, 238, 238]
    return ColourPlanes(
      zip(picture.planes, colour).map { plane, colour in
        Plane(
          height: plane.height, width: plane.width,
          values: zip(plane.values, layer.values).map { value, share in
            // Water shines on top of what is there, mud hides it.
            (liquid.isMud ? 1 - share : 1) * value + share * colour / 255
          })
      })
  }
}

/// What one severity of spatter is made with.
struct Liquid {
  let mean, deviation, smoothness, threshold: Double
  /// How bright water is at its brightest, 0…1; the smoothing of mud's edges, in pixels.
  let strength: Double
  let isMud: Bool

  func layer(height: Int, width: Int, using generator: inout SeededGenerator) -> Plane {
    let numbers = Plane(height: height, width: width) { _, _ in mean + deviation * Double(generator.normal())
    }
    return layer(of: numbers)
  }

  /// How much liquid lies on each pixel, from a random number for each.
  func layer(of numbers: Plane) -> Plane {
    let smooth = GaussianFilter(standardDeviation: smoothness, border: .nearest).applied(to: numbers)
    if isMud {
      return GaussianFilter(standardDeviation: strength, border: .nearest)
        .applied(to: smooth.map { $0 > threshold ? 1 : 0 }).map { $0 < 0.8 ? 0 : $0 }
    }
    let drops = BytePlane(smooth.map { $0 < threshold ? 0 : $0 })
    let relief = BytePlane.relief(of: drops.edges(above: 50, strongAbove: 150))
    let water = Plane(
      height: numbers.height, width: numbers.width,
      values: zip(drops.values, relief.values).map { Double($0) * Double($1) })
    let most = water.values.max() ?? 0
    return water.map { most > 0 ? $0 / most * strength : 0 }
  }
}

extension BytePlane {
  /// Light on the rims of drops, from the drops' edges: distances to the nearest edge up to 20 pixels, smoothed, spread
  /// over all values, lit from the lower right, smoothed.
  static func relief(of edges: EdgeMap) -> BytePlane {
    let near = edges.distances.map { min($0, 20) }
    let thirds = Plane(height: 3, width: 3, repeating: 1)
    let spread = BytePlane(
      bytes: near.correlated(with: thirds, border: .mirror).map { ($0 / 9).rounded(.down) }
    )
    .equalised
    let light = Plane(height: 3, width: 3, values: [-2, -1, 0, -1, 1, 1, 0, 1, 2])
    let lit = BytePlane(bytes: spread.plane.correlated(with: light, border: .mirror))
    return BytePlane(
      bytes: lit.plane.correlated(with: thirds, border: .mirror).map { ($0 / 9).rounded(.toNearestOrEven) })
  }
}
