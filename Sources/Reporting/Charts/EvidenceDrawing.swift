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
    let panel = PicturePanel(picture: evidence.picture, id: id)
    let outline = strongestCell().map { [square($0)] } ?? []
    return [
      (
        "picture",
        panel.draw(
          "picture", title: "The picture: \(subject)", summary: "The picture as the network sees it.",
          [panel.image()] + outline)
      ),
      (
        "evidence",
        // Pixels that no cell is drawn over stay grey and are not read as zero.
        panel.draw(
          "map", title: "Evidence map: \(subject)",
          summary: "Each cell's logit as a colour: orange argues for the class, blue against it.",
          [
            panel.ground("unseen"),
            Markup("g", ["id": "\(id)-cells", "shape-rendering": "crispEdges"], cells()),
          ]
            + outline)
      ),
      (
        "both",
        panel.draw(
          "overlay", title: "Evidence over the picture: \(subject)",
          summary: "The map's colours laid over the picture in grey.",
          panel.grey() + [Markup("use", ["href": "#\(id)-cells", "class": "multiply"])] + outline)
      ),
    ]
  }

  /// The cell with most evidence for the class, as row and column.
  func strongestCell() -> (row: Int, column: Int)? {
    let best = map.cells.indices.filter { !map.cells[$0].isNaN }.max { map.cells[$0] < map.cells[$1] }
    return best.map { ($0 / map.columns, $0 % map.columns) }
  }

  /// A cell is drawn as a square of the map's stride in the middle of what it sees.
  private func cells() -> [Markup] {
    let field = map.receptiveField
    let stride = Double(field.stride)
    let first = Double(field.offset) + (Double(field.size) - stride) / 2
    return ColouredCells.draw(rows: map.rows, columns: map.columns, first: (first, first), side: stride) {
      scale.level(of: map.cells[$0 * map.columns + $1])
    }
  }

  /// What the cell sees, as an outline.
  private func square(_ cell: (row: Int, column: Int)) -> Markup {
    let field = map.receptiveField
    let size = Double(field.size)
    return PicturePanel.outline(
      x: Double(field.pixels(of: cell.column).lowerBound), y: Double(field.pixels(of: cell.row).lowerBound),
      width: size, height: size)
  }
}

extension DivergingScale {
  /// The scale as a drawing, with its axis.
  ///
  /// - Parameter isSigned: whether the scale goes below zero.
  func legend(id: String, title: String, summary: String, axis: Axis, isSigned: Bool = true) -> Markup {
    let levels = (isSigned ? -DivergingScale.levels : 0)...DivergingScale.levels
    let place = LinearScale(domain: (isSigned ? -limit : 0, limit), range: (24, 316))
    let width = 292 / Double(levels.count)
    let boxes = levels.map { level in
      Markup(
        "rect",
        [
          "x": Format.coordinate(24 + width * Double(level - levels.lowerBound)), "y": "4",
          "width": Format.coordinate(width + 0.3), "height": "14",
          "fill": DivergingScale.colour(level: level),
        ])
    }
    return Chart.svg(
      id: id, title: title, summary: summary, size: (340, 62),
      [Markup("g", ["shape-rendering": "crispEdges"], boxes), axis.draw(place, at: 18)])
  }
}
