import Tensors

extension Corruption {
  /// Seen through a frosted pane (Hendrycks & Dietterich 2019).
  ///
  /// The published pictures lie under crops of five photographs. This frost is drawn: feathers and needles of ice over
  /// a haze, of about the photographs' brightness, colour and contrast. The mixture has the published shares, but
  /// errors under this corruption compare with published ones only roughly.
  public static let frost = Corruption(name: "frost", title: "Frost (drawn)", family: .weather) {
    picture, severity, generator in
    let (kept, frosted) = [(1.0, 0.4), (0.8, 0.6), (0.7, 0.7), (0.65, 0.7), (0.6, 0.75)][severity - 1]
    let pane = FrostedPane.kinds[generator.uniform(below: FrostedPane.kinds.count)]
    let ice = layer(over: picture) { pane.ice(height: $0, width: $1, using: &generator) }
    return ColourPlanes(
      zip(picture.planes, pane.colour).map { plane, colour in
        Plane(
          height: plane.height, width: plane.width,
          values: zip(plane.values, ice.values).map { value, ice in
            // The thicker the ice, the whiter.
            let white = min(max(colour + pane.contrast * ice, 0), 1)
            return kept * value + frosted * white
          })
      })
  }
}
