/// A horizontal axis: the only thing in a chart that draws ticks, tick labels, grid lines and an axis' name.
struct Axis: Sendable {
  enum Side: Sendable {
    case top
    case bottom
  }

  var side: Side
  var name: String
  /// How many steps the axis is cut into.
  var steps = 5
  /// The values at which ticks stand, instead of even steps.
  var values: [Double]?
  /// What a tick says.
  var label: @Sendable (Double) -> String

  /// A value on this axis, to be read by itself.
  func words(_ value: Double) -> String { Format.onAxis(named: name, value) }

  /// The height an axis takes, in the drawing's units.
  static let height = 40.0

  /// The axis at height `y`, with grid lines across `grid` where given.
  func draw(_ scale: LinearScale, at y: Double, grid: ClosedRange<Double>? = nil) -> Markup {
    let outwards = side == .bottom ? 1.0 : -1.0
    var pieces: [Markup] = []
    for value in values ?? scale.ticks(steps) {
      let x = Format.coordinate(scale.position(value))
      if let grid {
        pieces.append(
          Markup(
            "line",
            [
              "class": "grid", "x1": x, "x2": x, "y1": Format.coordinate(grid.lowerBound),
              "y2": Format.coordinate(grid.upperBound),
            ]))
      }
      pieces.append(
        Markup(
          "line",
          [
            "class": "axis", "x1": x, "x2": x, "y1": Format.coordinate(y),
            "y2": Format.coordinate(y + 4 * outwards),
          ]))
      pieces.append(
        Label.draw(
          label(value), x: scale.position(value), y: y + (side == .bottom ? 17 : -8), anchor: .middle))
    }
    let (left, right) = (
      min(scale.range.from, scale.range.to), max(scale.range.from, scale.range.to)
    )
    pieces.append(
      Markup(
        "line",
        [
          "class": "axis", "x1": Format.coordinate(left), "x2": Format.coordinate(right),
          "y1": Format.coordinate(y), "y2": Format.coordinate(y),
        ]))
    pieces.append(
      Label.draw(
        name, x: (left + right) / 2, y: y + (side == .bottom ? 35 : -26), anchor: .middle, style: .axisName))
    return Markup("g", ["aria-hidden": "true"], pieces)
  }
}

/// Text in a drawing.
enum Label {
  enum Anchor: String {
    case start
    case middle
    case end
  }

  enum Style: String {
    case tick
    case axisName = "axis-name"
    case row
    case value
    case heading
  }

  /// About how wide a character is, as a share of the letter size, in the fonts used.
  private static let widthOfCharacter = 0.64
  static let size = 13.0

  static func draw(
    _ text: String, x: Double, y: Double, anchor: Anchor, style: Style = .tick
  ) -> Markup {
    Markup(
      "text",
      [
        "class": style.rawValue, "x": Format.coordinate(x), "y": Format.coordinate(y),
        "text-anchor": anchor.rawValue,
      ], [Markup(text: text)])
  }

  /// About how wide `text` is.
  static func width(_ text: String) -> Double { Double(text.count) * size * widthOfCharacter }

  /// `text`, cut with an ellipsis where it would be wider than `width`.
  static func fitted(_ text: String, to width: Double) -> String {
    let room = max(2, Int(width / (size * widthOfCharacter)))
    return text.count <= room ? text : text.prefix(room - 1) + "…"
  }
}
