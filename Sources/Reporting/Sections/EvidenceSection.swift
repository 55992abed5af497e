import Foundation
import Probes
import Studies

extension ReportData {
  /// Exact evidence maps on one colour scale, each with the check that its cells add up to the logit.
  func evidenceSection() -> PageSection? {
    guard !evidence.isEmpty else { return nil }
    let scale = DivergingScale(values: evidence.flatMap(\.value.map.cells))
    return PageSection(
      id: "evidence", title: "Where the evidence lies",
      blocks: [
        .paragraph(
          """
          A BagNet’s logit for a picture is the mean of logits that each come from one small square of pixels, and \
          from nothing else. The maps below are therefore the decision itself, not an estimate of it: under each, \
          the mean of its cells stands beside the logit that the whole network gave.
          """),
        .drawing(legend(scale)),
        .paragraph(
          """
          All maps share this scale; cells beyond ±\(Format.precise(scale.limit)) take the end colours. The \
          outlined square is what the cell with most evidence for the class sees; grey is margin where no cell has \
          its middle.
          """),
        .maps(evidence.enumerated().map { figure($0.element, number: $0.offset + 1, scale: scale) }),
        .folded(title: "All sum checks", table: sumChecks()),
      ])
  }

  private func legend(_ scale: DivergingScale) -> Markup {
    scale.legend(
      id: "evidence-scale", title: "Colour scale of the evidence maps",
      summary: "From blue, against the class, over near white at zero to orange, for the class.",
      axis: Axis(side: .bottom, name: "logit of one cell: against ← 0 → for the class", steps: 4) { value in
        Format.fixed(value, digits: scale.limit >= 10 ? 0 : scale.limit >= 1 ? 1 : 2)
      })
  }

  private func figure(_ entry: Entry<PicturedEvidence>, number: Int, scale: DivergingScale) -> MapFigure {
    let map = entry.value.map
    let name = model(named: entry.name).className(map.classIndex)
    let id = self.id("figure-evidence-\(number)")
    let drawing = EvidenceDrawing(
      evidence: entry.value, scale: scale, id: id, subject: "\(map.image), evidence for \(name)")
    return MapFigure(
      id: id,
      caption: "Evidence for \(strong: name) in \(map.image), by \(entry.name)\(mapMention(entry))",
      check: """
        Mean of \(Format.count(map.cells.count)) cells = \(Format.precise(map.meanOfCells)); logit = \
        \(Format.precise(Double(map.logit)))\(agreement(of: map))
        """,
      panels: drawing.panels(), dataTitle: "The strongest cells", data: strongestCells(of: map))
  }

  /// What tells the map from another of the same network, picture and class; nothing where there is none.
  private func mapMention(_ entry: Entry<PicturedEvidence>) -> String {
    func key(_ entry: Entry<PicturedEvidence>) -> [String] {
      [entry.name, entry.value.map.image, "\(entry.value.map.classIndex)"]
    }
    guard evidence.count(where: { key($0) == key(entry) }) > 1 else { return "" }
    return mention(entry.asked)
  }

  /// Nothing where mean and logit agree to fp32 rounding; else a plain word that they do not.
  private func agreement(of map: EvidenceMap) -> String {
    let difference = abs(map.meanOfCells - Double(map.logit))
    let size = map.cells.reduce(abs(Double(map.logit))) { max($0, abs(Double($1))) }
    return difference <= 1e-4 * max(size, 1e-6)
      ? "."
      : ": they differ, so this map is not the whole decision (a map finer than the network’s stride does not sum)."
  }

  private func strongestCells(of map: EvidenceMap) -> Table {
    let order = map.cells.indices.filter { !map.cells[$0].isNaN }.sorted {
      (map.cells[$0], $1) > (map.cells[$1], $0)
    }
    let shown = order.count <= 10 ? order[...] : order.prefix(5) + order.suffix(5)
    return Table(
      "The cells with most evidence for and against the class",
      text: ["Cell (row, column)", "Pixels it sees"],
      numbers: ["Logit"],
      rows: shown.map { index in
        let (row, column) = (index / map.columns, index % map.columns)
        let (y, x) = (map.receptiveField.pixels(of: row), map.receptiveField.pixels(of: column))
        return [
          "\(row), \(column)",
          "rows \(y.lowerBound)–\(y.upperBound - 1), columns \(x.lowerBound)–\(x.upperBound - 1)",
          Format.fixed(Double(map.cells[index]), digits: 3),
        ]
      })
  }

  private func sumChecks() -> Table {
    Table(
      "The mean of each map’s cells beside the network’s logit", text: ["Picture", "Network", "Class"],
      numbers: ["Cells", "Mean of cells", "Logit", "Difference"],
      rows: evidence.map { entry in
        let map = entry.value.map
        return [
          map.image, entry.name, model(named: entry.name).className(map.classIndex),
          "\(map.rows) × \(map.columns)", Format.precise(map.meanOfCells),
          Format.precise(Double(map.logit)), Format.precise(map.meanOfCells - Double(map.logit)),
        ]
      })
  }
}
