import Studies

/// A picture, and drawings that share its pixels, side by side.
struct PicturePanel: Sendable {
  let picture: EncodedPicture
  /// Unique on the page; the picture stands under `ID-image`, once.
  let id: String

  /// One drawing, shown at most 224 CSS pixels wide: a small picture is enlarged, a large one is not.
  func draw(_ part: String, title: String, summary: String, _ content: [Markup]) -> Markup {
    let shown = 224.0
    return Markup(
      "svg",
      [
        "role": "img", "aria-labelledby": "\(id)-\(part)-title \(id)-\(part)-desc",
        "viewBox": "0 0 \(picture.width) \(picture.height)", "width": Format.coordinate(shown),
        "height": Format.coordinate(shown * Double(picture.height) / Double(picture.width)),
      ],
      [
        Markup("title", ["id": "\(id)-\(part)-title"], [Markup(text: title)]),
        Markup("desc", ["id": "\(id)-\(part)-desc"], [Markup(text: summary)]),
      ] + content)
  }

  /// The picture itself.
  func image() -> Markup {
    Markup(
      "image",
      [
        "id": "\(id)-image", "width": "\(picture.width)", "height": "\(picture.height)",
        "href": picture.dataURI,
      ])
  }

  /// The picture in grey on paper, for colours to be laid over.
  func grey() -> [Markup] {
    [ground("paper"), Markup("use", ["href": "#\(id)-image", "class": "grey"])]
  }

  /// What lies under a drawing that does not cover all of the picture.
  func ground(_ className: String) -> Markup {
    Markup("rect", ["class": className, "width": "\(picture.width)", "height": "\(picture.height)"])
  }

  /// A rectangle's outline, seen on any ground.
  static func outline(x: Double, y: Double, width: Double, height: Double) -> Markup {
    let (x, y) = (Format.coordinate(x), Format.coordinate(y))
    let (width, height) = (Format.coordinate(width), Format.coordinate(height))
    return Markup(
      "g", [:],
      [
        Markup("rect", ["class": "halo", "x": x, "y": y, "width": width, "height": height]),
        Markup("rect", ["class": "outline", "x": x, "y": y, "width": width, "height": height]),
      ])
  }
}

/// Squares of one size in rows, in colours: one path for each colour, where equal neighbours in a row are one box.
enum ColouredCells {
  /// - Parameters:
  ///   - level: of the cell in a row and a column; nil for a cell that is not drawn.
  ///   - first: the left and the upper edge of the first cell.
  ///   - side: of a cell.
  static func draw(
    rows: Int, columns: Int, first: (x: Double, y: Double), side: Double, level: (Int, Int) -> Int?
  ) -> [Markup] {
    var paths: [Int: String] = [:]
    for row in 0..<rows {
      var column = 0
      while column < columns {
        let own = level(row, column)
        var end = column + 1
        while end < columns, level(row, end) == own { end += 1 }
        if let own {
          let x = Format.coordinate(first.x + side * Double(column))
          let y = Format.coordinate(first.y + side * Double(row))
          let width = Format.coordinate(side * Double(end - column))
          paths[own, default: ""] += "M\(x) \(y)h\(width)v\(Format.coordinate(side))h-\(width)z"
        }
        column = end
      }
    }
    return paths.sorted { $0.key < $1.key }.map { level, path in
      Markup("path", ["fill": DivergingScale.colour(level: level), "d": path])
    }
  }
}

extension EncodedPicture {
  /// The picture inside the page itself.
  var dataURI: String { "data:\(mediaType.rawValue);base64,\(bytes.base64EncodedString())" }
}
