/// A chart of rows: each row has a name and points along one shared horizontal axis. Dot plots with
/// intervals and the shape-bias plot are both this.
struct RowPlot: Sendable {
  struct Point: Sendable {
    /// The value in the axis' domain.
    var value: Double
    var style: SeriesStyle
    /// The lane within the row, from the top; points in different lanes do not cover each other.
    var lane = 0
    var interval: ClosedRange<Double>?
    /// The value in words, at the row's right end.
    var label: String?
    var isFaint = false
    /// Whose point it is, where the row is not one observer's.
    var observer: String?
  }

  struct Row: Sendable {
    var name: String
    /// The observer whose row it is; nil where it is a category's.
    var observer: String?
    var points: [Point]
  }

  struct Reference: Sendable {
    var value: Double
    var style: SeriesStyle
    /// Whose value it is.
    var observer: String?
  }

  /// What the chart shows, in one line, for those who do not see it.
  var title: String
  /// What there is to see, in a sentence or two.
  var summary: String
  var rows: [Row]
  var lanes = 1
  var references: [Reference] = []
  var domain: (from: Double, to: Double) = (0, 1)
  var bottom: Axis
  var top: Axis?

  /// How the chart fits its place.
  struct Layout: Sendable {
    /// The drawing's width, in CSS pixels at full size.
    var width: Double
    /// Row names above the rows and not beside them.
    var namesAbove: Bool

    static let wide = Layout(width: 720, namesAbove: false)
    static let medium = Layout(width: 500, namesAbove: false)
    static let narrow = Layout(width: 340, namesAbove: true)
  }

  private var hasValues: Bool { rows.contains { $0.points.contains { $0.label != nil } } }

  /// The chart as an SVG of its own; `id` is unique on the page.
  func draw(_ layout: Layout, id: String) -> Markup {
    // Sixteen short names read better beside their rows, however narrow the page.
    let longest = rows.map { Label.width($0.name) }.max() ?? 0
    let namesAbove = layout.namesAbove && longest > 90
    let nameHeight = namesAbove ? 18.0 : 0
    let rowHeight = max(24, 16 * Double(lanes) + 12) + nameHeight
    let left = namesAbove ? 12 : min(longest, layout.width * 0.34) + 16
    let right = hasValues ? 62.0 : 16
    let head = top == nil ? 10 : Axis.height + 4
    let foot = head + rowHeight * Double(rows.count)
    let height = foot + Axis.height
    let scale = LinearScale(domain: domain, range: (left, layout.width - right))

    var pieces: [Markup] = []
    for index in stride(from: 1, to: rows.count, by: 2) {
      pieces.append(
        Markup(
          "rect",
          [
            "class": "band", "x": "0", "y": Format.coordinate(head + rowHeight * Double(index)),
            "width": Format.coordinate(layout.width), "height": Format.coordinate(rowHeight),
          ]))
    }
    pieces.append(bottom.draw(scale, at: foot, grid: head...foot))
    if let top {
      let reversed = LinearScale(
        domain: (domain.to, domain.from), range: scale.range)
      pieces.append(top.draw(reversed, at: head))
    }
    for reference in references {
      let x = scale.position(reference.value)
      pieces.append(
        Mark.group(
          of: reference.observer,
          [
            Mark.reference(x: x, from: head, to: foot, style: reference.style),
            Mark.point(
              x: x, y: foot, style: reference.style,
              tip: tip(reference.observer, bottom.words(reference.value))),
          ]))
    }
    for (index, row) in rows.enumerated() {
      let y = head + rowHeight * Double(index)
      pieces.append(
        draw(
          row, scale: scale, top: y + nameHeight, height: rowHeight - nameHeight,
          name: namesAbove
            ? Label.draw(
              Label.fitted(row.name, to: layout.width - 20), x: left, y: y + 16, anchor: .start, style: .row)
            : Label.draw(
              Label.fitted(row.name, to: left - 16), x: left - 12, y: y + rowHeight / 2 + 4.5, anchor: .end,
              style: .row),
          values: layout.width - right + 10))
    }
    return Chart.svg(id: id, title: title, summary: summary, size: (layout.width, height), pieces)
  }

  private func draw(
    _ row: Row, scale: LinearScale, top: Double, height: Double, name: Markup, values: Double
  ) -> Markup {
    let step = height / Double(lanes + 1)
    let lane = { (index: Int) in
      self.lanes == 1 ? top + height / 2 : top + step * Double(index + 1)
    }
    var pieces = [name]
    // Faint points lie below, so that none covers a main one.
    for point in row.points.filter(\.isFaint) + row.points.filter({ !$0.isFaint }) {
      let y = lane(point.lane)
      var marks: [Markup] = []
      if let interval = point.interval {
        marks.append(
          Mark.whisker(
            from: scale.position(interval.lowerBound), to: scale.position(interval.upperBound), y: y,
            style: point.style))
      }
      let range = point.interval.map {
        " (\(bottom.words($0.lowerBound)) to \(bottom.words($0.upperBound)))"
      }
      marks.append(
        Mark.point(
          x: scale.position(point.value), y: y, style: point.style, radius: point.isFaint ? 3 : 5,
          isFaint: point.isFaint,
          tip: tip(
            [row.name, point.observer].compactMap { $0 }.joined(separator: ", "),
            (point.label ?? bottom.words(point.value)) + (range ?? ""))))
      pieces.append(Mark.group(of: point.observer, marks))
      if let label = point.label {
        pieces.append(Label.draw(label, x: values, y: y + 4.5, anchor: .start, style: .value))
      }
    }
    return Mark.group(of: row.observer, pieces)
  }

  private func tip(_ name: String?, _ value: String) -> String { name.map { "\($0): \(value)" } ?? value }
}
