import Foundation

/// How one series looks: colour and shape both carry it, so that it survives print and colour blindness.
struct SeriesStyle: Hashable, Sendable {
  enum Shape: Int, CaseIterable, Sendable {
    case circle, square, diamond, triangle, invertedTriangle, hexagon, cross
  }

  /// One of the style sheet's colours `c0`…`c7`.
  var colour: Int
  var shape: Shape
  var isFilled = true

  static let colours = 8

  /// People, in every chart.
  static let people = SeriesStyle(colour: 0, shape: .circle)

  /// The `index`-th network; colours and shapes repeat at different lengths, so pairs last long.
  static func network(_ index: Int) -> SeriesStyle {
    let shapes = Shape.allCases.dropFirst()
    return SeriesStyle(
      colour: 1 + index % (colours - 1), shape: shapes[shapes.startIndex + index % shapes.count],
      isFilled: index / (colours - 1) % 2 == 0)
  }
}

/// The marks that charts are made of.
enum Mark {
  /// A marker centred at a point; `tip` is shown where a pointer rests on it.
  static func point(
    x: Double, y: Double, style: SeriesStyle, radius: Double = 5, isFaint: Bool = false,
    tip: String? = nil
  ) -> Markup {
    let filled = style.isFilled && style.shape != .cross
    return Markup(
      "path",
      [
        "class": "c\(style.colour) \(filled ? "filled" : "open")\(isFaint ? " faint" : "")",
        "d": outline(style.shape, x: x, y: y, radius: radius),
      ], tip.map { [Markup("title", [:], [Markup(text: $0)])] } ?? [])
  }

  /// Marks that belong together, and to an observer where one is named.
  static func group(of observer: String?, _ marks: [Markup]) -> Markup {
    observer.map { Markup("g", ["data-name": $0], marks) } ?? Markup("g", [:], marks)
  }

  /// A horizontal interval with small ends.
  static func whisker(from: Double, to: Double, y: Double, style: SeriesStyle) -> Markup {
    let (left, right) = (Format.coordinate(from), Format.coordinate(to))
    let (top, bottom) = (Format.coordinate(y - 4), Format.coordinate(y + 4))
    let middle = Format.coordinate(y)
    return Markup(
      "path",
      [
        "class": "c\(style.colour) whisker",
        "d": "M\(left) \(top)V\(bottom)M\(left) \(middle)H\(right)M\(right) \(top)V\(bottom)",
      ])
  }

  /// A vertical line through a whole plot, with its series' marker at the upper end.
  static func reference(x: Double, from top: Double, to bottom: Double, style: SeriesStyle) -> Markup {
    let at = Format.coordinate(x)
    return Markup(
      "path",
      [
        "class": "c\(style.colour) reference\(style == .people ? " people" : "")",
        "d": "M\(at) \(Format.coordinate(top))V\(Format.coordinate(bottom))",
      ])
  }

  /// A horizontal line through a whole plot that belongs to no series.
  static func level(y: Double, from left: Double, to right: Double) -> Markup {
    Markup(
      "path",
      [
        "class": "level",
        "d": "M\(Format.coordinate(left)) \(Format.coordinate(y))H\(Format.coordinate(right))",
      ])
  }

  /// A line from point to point.
  static func line(_ points: [(x: Double, y: Double)], style: SeriesStyle) -> Markup {
    Markup("path", ["class": "c\(style.colour) line", "d": path(points)])
  }

  /// The area within a line that closes.
  static func area(_ points: [(x: Double, y: Double)], style: SeriesStyle) -> Markup {
    Markup("path", ["class": "c\(style.colour) area", "d": path(points) + "Z"])
  }

  private static func path(_ points: [(x: Double, y: Double)]) -> String {
    "M" + points.map { "\(Format.coordinate($0.x)) \(Format.coordinate($0.y))" }.joined(separator: "L")
  }

  /// A small drawing of a line with its marker, for legends; decoration beside text.
  static func lineKey(_ style: SeriesStyle) -> Markup {
    Markup(
      "svg", ["class": "key", "viewBox": "0 0 26 18", "width": "26", "height": "18", "aria-hidden": "true"],
      [line([(0, 9), (26, 9)], style: style), point(x: 13, y: 9, style: style, radius: 4)])
  }

  /// A small drawing of a marker alone, for legends; decoration beside text.
  static func key(_ style: SeriesStyle, hasLine: Bool = false, isFaint: Bool = false) -> Markup {
    let line = hasLine ? [reference(x: 9, from: 0, to: 18, style: style)] : []
    return Markup(
      "svg", ["class": "key", "viewBox": "0 0 18 18", "width": "18", "height": "18", "aria-hidden": "true"],
      line + [point(x: 9, y: 9, style: style, isFaint: isFaint)])
  }

  private static func outline(_ shape: SeriesStyle.Shape, x: Double, y: Double, radius r: Double) -> String {
    func polygon(_ corners: [(Double, Double)]) -> String {
      "M"
        + corners.map { "\(Format.coordinate(x + r * $0.0)) \(Format.coordinate(y + r * $0.1))" }
        .joined(separator: "L") + "Z"
    }
    switch shape {
    case .circle:
      let radius = Format.coordinate(r)
      let across = Format.coordinate(2 * r)
      return "M\(Format.coordinate(x - r)) \(Format.coordinate(y))a\(radius) \(radius) 0 1 0 \(across) 0"
        + "a\(radius) \(radius) 0 1 0 -\(across) 0Z"
    case .square: return polygon([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case .diamond: return polygon([(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)])
    case .triangle: return polygon([(0, -1.2), (1.15, 0.9), (-1.15, 0.9)])
    case .invertedTriangle: return polygon([(0, 1.2), (1.15, -0.9), (-1.15, -0.9)])
    case .hexagon: return polygon([(-1.15, 0), (-0.58, -1), (0.58, -1), (1.15, 0), (0.58, 1), (-0.58, 1)])
    case .cross:
      let (left, right) = (Format.coordinate(x - r), Format.coordinate(x + r))
      let (top, bottom) = (Format.coordinate(y - r), Format.coordinate(y + r))
      return "M\(left) \(top)L\(right) \(bottom)M\(left) \(bottom)L\(right) \(top)"
    }
  }
}
