import Tensors

extension Corruption {
  /// Flakes that drift over a picture bleached by their light (Hendrycks & Dietterich 2019).
  public static let snow = Corruption(name: "snow", title: "Snow", family: .weather) {
    picture, severity, generator in
    let snow = [
      Snowfall(mean: 0.1, deviation: 0.3, zoom: 3, threshold: 0.5, radius: 10, blur: 4, kept: 0.8),
      Snowfall(mean: 0.2, deviation: 0.3, zoom: 2, threshold: 0.5, radius: 12, blur: 4, kept: 0.7),
      Snowfall(mean: 0.55, deviation: 0.3, zoom: 4, threshold: 0.9, radius: 12, blur: 8, kept: 0.7),
      Snowfall(mean: 0.55, deviation: 0.3, zoom: 4.5, threshold: 0.85, radius: 12, blur: 8, kept: 0.65),
      Snowfall(mean: 0.55, deviation: 0.3, zoom: 2.5, threshold: 0.85, radius: 12, blur: 12, kept: 0.55),
    ][severity - 1]
    let flakes = layer(over: picture) { snow.flakes(height: $0, width: $1, using: &generator) }
    let others = flakes.turnedByHalf
    let grey = picture.grey
    return picture.map { plane in
      Plane(
        height: plane.height, width: plane.width,
        values: plane.values.indices.map { place in
          let bleached = max(plane.values[place], 1.5 * grey.values[place] + 0.5)
          return snow.kept * plane.values[place] + (1 - snow.kept) * bleached + flakes.values[place]
            + others.values[place]
        })
    }
  }
}

/// What one severity of snow is made with.
private struct Snowfall {
  let mean, deviation, zoom, threshold: Double
  let radius: Int
  let blur, kept: Double

  /// Normal numbers, enlarged, those below the threshold left out, the others drawn out downwards.
  func flakes(height: Int, width: Int, using generator: inout SeededGenerator) -> Plane {
    let numbers = Plane(height: height, width: width) { _, _ in mean + deviation * Double(generator.normal())
    }
    let flakes = numbers.zoomed(by: zoom).map { Double(ColourPlanes.byte($0 < threshold ? 0 : $0)) / 255 }
    let motion = Motion(
      radius: radius, standardDeviation: blur, degrees: Double(generator.uniform(in: -135...(-45))))
    return motion.applied(to: flakes).map { ($0 * 255).rounded() / 255 }
  }
}
