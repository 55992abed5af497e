import Tensors

extension Corruption {
  /// Clouds of a fractal over the picture (Hendrycks & Dietterich 2019).
  public static let fog = Corruption(name: "fog", title: "Fog", family: .weather) {
    picture, severity, generator in
    let (density, decay) = [(1.5, 2.0), (2, 2), (2.5, 1.7), (2.5, 1.5), (3, 1.4)][severity - 1]
    let brightest = picture.planes.reduce(0) { max($0, $1.values.max() ?? 0) }
    let clouds = PlasmaFractal(
      covering: max(picture.height, picture.width), decay: decay, using: &generator)
    return picture.map { plane in
      Plane(height: plane.height, width: plane.width) { row, column in
        (plane[row, column] + density * clouds[row, column]) * brightest / (brightest + density)
      }
    }
  }
}
