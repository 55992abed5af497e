/// An SVG with a name and a description for those who do not see it.
enum Chart {
  /// - Parameters:
  ///   - id: unique on the page.
  ///   - title: what the drawing shows, in one line.
  ///   - summary: what there is to see, in a sentence or two.
  ///   - size: in CSS pixels, at which `pieces` are drawn too.
  static func svg(
    id: String, title: String, summary: String, size: (width: Double, height: Double), _ pieces: [Markup]
  ) -> Markup {
    let (width, height) = (Format.coordinate(size.width), Format.coordinate(size.height))
    return Markup(
      "svg",
      [
        "role": "img", "aria-labelledby": "\(id)-title \(id)-desc", "viewBox": "0 0 \(width) \(height)",
        "width": width, "height": height,
      ],
      [
        Markup("title", ["id": "\(id)-title"], [Markup(text: title)]),
        Markup("desc", ["id": "\(id)-desc"], [Markup(text: summary)]),
      ] + pieces)
  }
}
