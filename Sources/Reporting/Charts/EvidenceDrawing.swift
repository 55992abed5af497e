import Foundation
import Probes
import Studies

/// An evidence map in three panels that share their pixels: the picture, the map, the map over the picture.
struct EvidenceDrawing: Sendable {
  let evidence: PicturedEvidence
  let scale: DivergingScale
  /// Unique on the page.
  let id: String
  /// The picture and the class in words.
  let subject: String

  private var map: EvidenceMap { evidence.map }

  /// The panels with their captions, left to right.
  func panels() -> [(caption: String, drawing: Markup)] {
    let outline = strongestCell().map { [square($0)] } ?? []
    return [
      (
        "picture",
        panel(
          "picture", title: "The picture: \(subject)", summary: "The picture as the network sees it.",
          [image(id: "\(id)-image")] + outline)
      ),
      (
        "evidence",
        panel(
          "map", title: "Evidence map: \(subject)",
          summary: "Each cell's logit as a colour: orange argues for the class, blue against it.",
          [blank(), Markup("g", ["id": "\(id)-cells", "shape-rendering": "crispEdges"], cells())] + outline)
      ),
      (
        "both",
        panel(
          "overlay", title: "Evidence over the picture: \(subject)",
          summary: "The map's colours laid over the picture in grey.",
          [
            blank(className: "paper"), Markup("use", ["href": "#\(id)-image", "class": "grey"]),
            Markup("use", ["href": "#\(id)-cells", "class": "multiply"]),
          ] + outline)
      ),
    ]
  }

  /// The cell with most evidence for the class, as row and column.
  func strongestCell() -> (row: Int, column: Int)? {
    let best = map.cells.indices.filter { !map.cells[$0].isNaN }.max { map.cells[$0] < map.cells[$1] }
    return best.map { ($0 / map.columns, $0 % map.columns) }
  }

  private func panel(_ part: String, title: String, summary: String, _ content: [Markup]) -> Markup {
    let (width, height) = (evidence.picture.width, evidence.picture.height)
    // Shown at most 224 CSS pixels wide; a small picture is enlarged, a large one is not.
    let shown = 224.0
    return Markup(
      "svg",
      [
        "role": "img", "aria-labelledby": "\(id)-\(part)-title \(id)-\(part)-desc",
        "viewBox": "0 0 \(width) \(height)", "width": Format.coordinate(shown),
        "height": Format.coordinate(shown * Double(height) / Double(width)),
      ],
      [
        Markup("title", ["id": "\(id)-\(part)-title"], [Markup(text: title)]),
        Markup("desc", ["id": "\(id)-\(part)-desc"], [Markup(text: summary)]),
      ] + content)
  }

  private func image(id: String) -> Markup {
    Markup(
      "image",
      [
        "id": id, "width": "\(evidence.picture.width)", "height": "\(evidence.picture.height)",
        "href": evidence.picture.dataURI,
      ])
  }

  /// What lies under the map: pixels that no cell is drawn over stay hatched grey and are not read as zero.
  private func blank(className: String = "unseen") -> Markup {
    Markup(
      "rect",
      [
        "class": className, "width": "\(evidence.picture.width)", "height": "\(evidence.picture.height)",
      ])
  }

  /// One path for each colour; equal neighbours in a row are one box. A cell is drawn as a square of the
  /// map's stride in the middle of what it sees.
  private func cells() -> [Markup] {
    let field = map.receptiveField
    let stride = Double(field.stride)
    let first = Double(field.offset) + (Double(field.size) - stride) / 2
    var paths: [Int: String] = [:]
    for row in 0..<map.rows {
      var column = 0
      while column < map.columns {
        let level = scale.level(of: map.cells[row * map.columns + column])
        var end = column + 1
        while end < map.columns, scale.level(of: map.cells[row * map.columns + end]) == level { end += 1 }
        if let level {
          let x = Format.coordinate(first + stride * Double(column))
          let y = Format.coordinate(first + stride * Double(row))
          let width = Format.coordinate(stride * Double(end - column))
          paths[level, default: ""] += "M\(x) \(y)h\(width)v\(Format.coordinate(stride))h-\(width)z"
        }
        column = end
      }
    }
    return paths.sorted { $0.key < $1.key }.map { level, path in
      Markup("path", ["fill": DivergingScale.colour(level: level), "d": path])
    }
  }

  /// What the cell sees, as an outline.
  private func square(_ cell: (row: Int, column: Int)) -> Markup {
    let (rows, columns) = (
      map.receptiveField.pixels(of: cell.row), map.receptiveField.pixels(of: cell.column)
    )
    let size = "\(map.receptiveField.size)"
    let (x, y) = ("\(columns.lowerBound)", "\(rows.lowerBound)")
    return Markup(
      "g", [:],
      [
        Markup("rect", ["class": "halo", "x": x, "y": y, "width": size, "height": size]),
        Markup("rect", ["class": "outline", "x": x, "y": y, "width": size, "height": size]),
      ])
  }
}

extension DivergingScale {
  /// The scale as a drawing, with its axis.
  func legend(id: String) -> Markup {
    let axis = Axis(side: .bottom, name: "logit of one cell: against ← 0 → for the class", steps: 4) {
      value in
      let digits = self.limit >= 10 ? 0 : self.limit >= 1 ? 1 : 2
      return Format.fixed(value, digits: digits)
    }
    let place = LinearScale(domain: (-limit, limit), range: (24, 316))
    let levels = (-DivergingScale.levels...DivergingScale.levels).map { level in
      let width = 292 / Double(2 * DivergingScale.levels + 1)
      return Markup(
        "rect",
        [
          "x": Format.coordinate(24 + width * Double(level + DivergingScale.levels)), "y": "4",
          "width": Format.coordinate(width + 0.3), "height": "14",
          "fill": DivergingScale.colour(level: level),
        ])
    }
    return Chart.svg(
      id: id, title: "Colour scale of the evidence maps",
      summary: "From blue, against the class, over near white at zero to orange, for the class.",
      size: (340, 62),
      [Markup("g", ["shape-rendering": "crispEdges"], levels), axis.draw(place, at: 18)])
  }
}

extension EncodedPicture {
  /// The picture inside the page itself.
  var dataURI: String { "data:\(mediaType.rawValue);base64,\(bytes.base64EncodedString())" }
}
