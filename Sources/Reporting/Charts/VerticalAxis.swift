/// A vertical axis at a plot's left side: ticks, tick labels, grid lines and the axis' name, written upwards.
struct VerticalAxis: Sendable {
  var name: String
  /// How many steps the axis is cut into.
  var steps = 5
  /// What a tick says.
  var label: @Sendable (Double) -> String

  /// A value on this axis, to be read by itself.
  func words(_ value: Double) -> String { Format.onAxis(named: name, value) }

  /// The width an axis takes, in the drawing's units.
  static let width = 48.0

  /// The axis at `x`, with grid lines across `grid`.
  func draw(_ scale: LinearScale, at x: Double, grid: ClosedRange<Double>) -> Markup {
    var pieces: [Markup] = []
    for value in scale.ticks(steps) {
      let y = Format.coordinate(scale.position(value))
      pieces.append(
        Markup(
          "line",
          [
            "class": "grid", "x1": Format.coordinate(grid.lowerBound),
            "x2": Format.coordinate(grid.upperBound), "y1": y, "y2": y,
          ]))
      pieces.append(
        Label.draw(label(value), x: x - 6, y: scale.position(value) + 4.5, anchor: .end))
    }
    let (top, bottom) = (min(scale.range.from, scale.range.to), max(scale.range.from, scale.range.to))
    let (middle, left) = (
      Format.coordinate((top + bottom) / 2), Format.coordinate(x - VerticalAxis.width + 13)
    )
    pieces.append(
      Markup(
        "text",
        [
          "class": Label.Style.axisName.rawValue, "x": left, "y": middle, "text-anchor": "middle",
          "transform": "rotate(-90 \(left) \(middle))",
        ], [Markup(text: name)]))
    return Markup("g", ["aria-hidden": "true"], pieces)
  }
}
