/// One panel of lines: fractions against ordered levels, each level at the same distance from the next.
struct LinePlot: Sendable {
  struct Point: Sendable {
    /// In the vertical axis' domain.
    var value: Double
    var interval: ClosedRange<Double>?
  }

  struct Line: Sendable {
    /// Whose line it is: a network's name.
    var name: String?
    var style: SeriesStyle
    /// One for each level; nil where nothing is known, which breaks the line.
    var points: [Point?]
  }

  /// A horizontal line that means something by itself, with its name.
  struct Reference: Sendable {
    var value: Double
    var name: String
  }

  /// What stands above the panel, and what the chart shows for those who do not see it.
  var title: String
  /// What there is to see, in a sentence or two.
  var summary: String
  /// What the horizontal axis says at each level.
  var levels: [String]
  var lines: [Line]
  var references: [Reference] = []
  /// What a level is, with its unit.
  var levelName: String
  var vertical: VerticalAxis
  var domain: (from: Double, to: Double) = (0, 1)

  private static let width = 340.0
  private static let plotHeight = 200.0
  private static let head = 30.0
  private static let right = 8.0

  /// The panel as an SVG of its own; `id` is unique on the page.
  func draw(id: String) -> Markup {
    let (left, foot) = (VerticalAxis.width, LinePlot.head + LinePlot.plotHeight)
    let height = foot + Axis.height
    let ends = (left, LinePlot.width - LinePlot.right)
    let across = LinearScale(domain: (-0.45, Double(levels.count) - 0.55), range: ends)
    let up = LinearScale(domain: domain, range: (foot, LinePlot.head))
    let levels = self.levels
    let bottom = Axis(side: .bottom, name: levelName, values: levels.indices.map(Double.init)) {
      levels.indices.contains(Int($0)) ? levels[Int($0)] : ""
    }
    var pieces = [
      Label.draw(title, x: left, y: 16, anchor: .start, style: .heading),
      vertical.draw(up, at: left, grid: left...ends.1),
      bottom.draw(across, at: foot),
    ]
    for reference in references {
      let y = up.position(reference.value)
      pieces.append(Mark.level(y: y, from: left, to: ends.1))
      // Below the line, where fewer points lie, if there is room above the axis.
      pieces.append(
        Label.draw(reference.name, x: left + 5, y: foot - y > 17 ? y + 13 : y - 5, anchor: .start))
    }
    let drawn = lines.map { line in (line, LinePlot.runs(of: line.points)) }
    func position(_ place: Int, _ value: Double) -> (x: Double, y: Double) {
      (across.position(Double(place)), up.position(value))
    }
    // Bands lie below all lines, and lines below all markers, so that no network hides another's points.
    for (line, runs) in drawn {
      for run in runs {
        let edges = run.compactMap { place, point in
          point.interval.map { (position(place, $0.lowerBound), position(place, $0.upperBound)) }
        }
        if edges.count > 1 {
          let area = Mark.area(edges.map(\.1) + edges.reversed().map(\.0), style: line.style)
          pieces.append(Mark.group(of: line.name, [area]))
        }
      }
    }
    for (line, runs) in drawn {
      let strokes = runs.map { run in
        Mark.line(run.map { position($0.place, $0.point.value) }, style: line.style)
      }
      pieces.append(Mark.group(of: line.name, strokes))
    }
    for (line, runs) in drawn {
      let points = runs.joined().map { place, point in
        let (x, y) = position(place, point.value)
        return Mark.point(x: x, y: y, style: line.style, radius: 3.6, tip: tip(line, place, point))
      }
      pieces.append(Mark.group(of: line.name, points))
    }
    return Chart.svg(id: id, title: title, summary: summary, size: (LinePlot.width, height), pieces)
  }

  /// What a point says by itself.
  private func tip(_ line: Line, _ place: Int, _ point: Point) -> String {
    let range = point.interval.map {
      " (\(vertical.words($0.lowerBound)) to \(vertical.words($0.upperBound)))"
    }
    let level = levels.indices.contains(place) ? levels[place] : ""
    return [line.name, level].compactMap { $0 }.joined(separator: ", ") + ": "
      + vertical.words(point.value) + (range ?? "")
  }

  /// The points in stretches without a gap.
  private static func runs(of points: [Point?]) -> [[(place: Int, point: Point)]] {
    var runs: [[(place: Int, point: Point)]] = []
    var isOpen = false
    for (place, point) in points.enumerated() {
      guard let point else {
        isOpen = false
        continue
      }
      if !isOpen { runs.append([]) }
      isOpen = true
      runs[runs.count - 1].append((place, point))
    }
    return runs
  }
}
