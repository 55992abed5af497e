import Foundation

/// What is drawn on a page, in millimetres from its lower left corner.
struct PDFContent {
  private var lines: [String]

  init() {
    let points = PDFContent.number(72 / 25.4)
    lines = ["q", "\(points) 0 0 \(points) 0 0 cm"]
  }

  /// The operators of the whole page.
  var finished: String { (lines + ["Q", ""]).joined(separator: "\n") }

  /// A length or coordinate to a billionth, without zeros at the end.
  static func number(_ value: Double) -> String {
    var text = String(format: "%.9f", locale: nil, value)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text == "-0" ? "0" : text
  }

  /// Fills a rectangle with a colour, RGB in 0…1.
  mutating func fill(_ rectangle: PaperRectangle, _ colour: SIMD3<Double>) {
    let parts = [colour.x, colour.y, colour.z].map(PDFContent.number).joined(separator: " ")
    lines += ["\(parts) rg", PDFContent.path(rectangle), "f"]
  }

  /// Draws black lines.
  mutating func strokeLines(_ ends: [(from: SIMD2<Double>, to: SIMD2<Double>)], width: Double) {
    lines += ["0 G", "\(PDFContent.number(width)) w"]
    for (from, to) in ends { lines.append("\(PDFContent.point(from)) m \(PDFContent.point(to)) l S") }
  }

  /// Draws an outline in a colour space of one ink, in all of it, over what is there and not in its place.
  mutating func stroke(_ outline: DieOutline, ink: String, overprint: String, width: Double) {
    lines += [
      "q", "/\(overprint) gs", "/\(ink) CS 1 SCN", "\(PDFContent.number(width)) w", PDFContent.path(outline),
      "S",
      "Q",
    ]
  }

  /// Puts a picture into a rectangle, as far as it lies within an outline.
  mutating func place(_ picture: String, in rectangle: PaperRectangle, within outline: DieOutline) {
    let numbers = [rectangle.width, 0, 0, rectangle.height, rectangle.left, rectangle.bottom]
    lines += [
      "q", PDFContent.path(outline), "W n",
      "\(numbers.map(PDFContent.number).joined(separator: " ")) cm", "/\(picture) Do", "Q",
    ]
  }

  /// Writes a line of black text; `place` is the left end of its base line, `height` the font's size.
  mutating func write(_ text: String, font: String, height: Double, at place: SIMD2<Double>) {
    lines += [
      "BT", "0 g", "/\(font) \(PDFContent.number(height)) Tf", "\(PDFContent.point(place)) Td",
      "\(PDFText.literal(text)) Tj", "ET",
    ]
  }

  private static func point(_ point: SIMD2<Double>) -> String { "\(number(point.x)) \(number(point.y))" }

  private static func path(_ rectangle: PaperRectangle) -> String {
    [rectangle.left, rectangle.bottom, rectangle.width, rectangle.height].map(number)
      .joined(separator: " ") + " re"
  }

  private static func path(_ outline: DieOutline) -> String {
    switch outline {
    case .rectangle(let rectangle): return path(rectangle)
    case .circle(let centre, let radius):
      // Four cubics whose handles have this length stay within 0.03 % of the radius.
      let handle = radius * 4 / 3 * (2.0.squareRoot() - 1)
      let compass: [SIMD2<Double>] = [SIMD2(1, 0), SIMD2(0, 1), SIMD2(-1, 0), SIMD2(0, -1)]
      let arcs = compass.indices.map { index in
        let (from, to) = (compass[index], compass[(index + 1) % 4])
        return [
          centre + radius * from + handle * to, centre + radius * to + handle * from, centre + radius * to,
        ].map(point).joined(separator: " ") + " c"
      }
      return "\(point(centre + radius * compass[0])) m " + arcs.joined(separator: " ") + " h"
    }
  }
}
