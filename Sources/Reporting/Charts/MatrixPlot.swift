/// A matrix of fractions: each cell says its number, and is the darker the greater that is.
struct MatrixPlot: Sendable {
  /// What the chart shows, in one line, for those who do not see it.
  var title: String
  /// What there is to see, in a sentence or two.
  var summary: String
  /// What rows and columns stand for.
  var rowName: String
  var columnName: String
  var rows: [String]
  var columns: [String]
  /// A fraction in 0…1 for each row and column; nil where nothing is known.
  var values: [[Double?]]

  /// Pixels; many columns are narrower.
  private var cell: (width: Double, height: Double) { (columns.count > 10 ? 42 : 58, 34) }
  private static let longestName = 200.0
  private static let line = 20.0

  /// The matrix as an SVG of its own; `id` is unique on the page.
  func draw(id: String) -> Markup {
    func room(_ names: [String]) -> Double {
      min(names.map { Label.width($0) }.max() ?? 0, MatrixPlot.longestName) + 12
    }
    let left = max(room(rows), Label.width(rowName) + 12)
    let top = room(columns) + MatrixPlot.line
    let width = left + Double(columns.count) * cell.width
    let height = top + Double(rows.count) * cell.height
    var pieces = [
      Label.draw(columnName, x: left, y: 13, anchor: .start, style: .axisName),
      Label.draw(rowName, x: left - 8, y: top - 6, anchor: .end, style: .axisName),
    ]
    for (place, name) in columns.enumerated() {
      let x = Format.coordinate(left + (Double(place) + 0.5) * cell.width + 4.5)
      let y = Format.coordinate(top - 6)
      pieces.append(
        Markup(
          "text",
          [
            "class": Label.Style.row.rawValue, "x": x, "y": y, "text-anchor": "start",
            "transform": "rotate(-90 \(x) \(y))",
          ], [Markup(text: Label.fitted(name, to: MatrixPlot.longestName))]))
    }
    for (row, name) in rows.enumerated() {
      let y = top + Double(row) * cell.height
      pieces.append(
        Label.draw(
          Label.fitted(name, to: MatrixPlot.longestName), x: left - 8,
          y: y + cell.height / 2 + 4.5, anchor: .end, style: .row))
      for (column, value) in values[row].enumerated() {
        pieces.append(
          draw(value, x: left + Double(column) * cell.width, y: y))
      }
    }
    return Chart.svg(id: id, title: title, summary: summary, size: (width, height), pieces)
  }

  /// One cell, with its upper left corner.
  private func draw(_ value: Double?, x: Double, y: Double) -> Markup {
    let level = value.map { Int((min(max($0, 0), 1) * Double(DivergingScale.levels)).rounded()) }
    let text = value.map { Format.fixed(100 * $0, digits: $0 > 0 && $0 < 0.1 ? 1 : 0) } ?? Format.none
    var pieces: [Markup] = []
    if let level {
      pieces.append(
        Markup(
          "rect",
          [
            "x": Format.coordinate(x + 1), "y": Format.coordinate(y + 1),
            "width": Format.coordinate(cell.width - 2),
            "height": Format.coordinate(cell.height - 2),
            "fill": DivergingScale.colour(level: level),
          ]))
    }
    let ink =
      level.map { DivergingScale.isDark(level: $0) ? "on-dark" : "on-light" } ?? Label.Style.row.rawValue
    pieces.append(
      Markup(
        "text",
        [
          "class": ink, "x": Format.coordinate(x + cell.width / 2),
          "y": Format.coordinate(y + cell.height / 2 + 4.5), "text-anchor": "middle",
        ], [Markup(text: text)]))
    return Markup("g", [:], pieces)
  }
}
