import Probes
import Studies

extension ReportData {
  /// More classes than a matrix of this size can show are told by their most frequent confusions.
  private static let largestMatrix = 20
  private static let longestList = 20

  /// For each network what it took for what, folded together.
  func confusionBlocks() -> [PageBlock] {
    let blocks = accuracy.enumerated().compactMap { place, entry -> PageBlock? in
      let counts = ConfusionCounts(entry.value.result.answers)
      guard !counts.labels.isEmpty else { return nil }
      return counts.answers.count > ReportData.largestMatrix
        ? .table(confusionList(counts, of: entry))
        : .figure(confusionMatrix(counts, of: entry, number: place + 1))
    }
    let title = accuracy.count == 1 ? "What it took for what" : "What each network took for what"
    return blocks.isEmpty ? [] : [.fold(title: title, blocks)]
  }

  private typealias Measured = Entry<Recorded<AccuracyResult>>

  private func confusionMatrix(_ counts: ConfusionCounts, of entry: Measured, number: Int) -> Figure {
    let model = entry.value.run.description.model
    let chart = MatrixPlot(
      title: "Answers of \(entry.name) for each class", summary: confusionSummary(counts, model),
      rowName: "class", columnName: "answer", rows: counts.labels.map(model.className),
      columns: counts.answers.map(model.className),
      values: counts.labels.map { label in counts.answers.map { counts.share(label, as: $0) } })
    return Figure(
      id: id("figure-confusion-\(number)"), matrix: chart,
      caption: """
        Of the pictures of each class (rows) the share in per cent that \(entry.name) answered with each class (columns); \
        right answers lie on the diagonal.
        """,
      data: Table(
        "Pictures of each class by the first answer of \(entry.name)", text: ["Class"],
        numbers: ["Pictures"] + counts.answers.map(model.className),
        rows: counts.labels.map { label in
          [model.className(label), Format.count(counts.total(label))]
            + counts.answers.map { Format.count(counts.count(label, as: $0)) }
        }))
  }

  private func confusionSummary(_ counts: ConfusionCounts, _ model: ModelRecord?) -> String {
    let worst = counts.confusions.prefix(3)
    guard !worst.isEmpty else { return "Every picture was answered rightly." }
    return "Most often "
      + worst.map {
        "\(model.className($0.label)) was taken for \(model.className($0.answer)) "
          + "(\(Format.percent(counts.share($0.label, as: $0.answer))))"
      }.joined(separator: ", ") + "."
  }

  private func confusionList(_ counts: ConfusionCounts, of entry: Measured) -> Table {
    let model = entry.value.run.description.model
    let all = counts.confusions
    let shown = all.prefix(ReportData.longestList)
    return Table(
      shown.count < all.count
        ? "What \(entry.name) took for what: the \(shown.count) most frequent of \(Format.count(all.count)) confusions"
        : "What \(entry.name) took for what", text: ["Class", "Answer"],
      numbers: ["Pictures", "Of the class", "Share"],
      rows: shown.map { confusion in
        [
          model.className(confusion.label), model.className(confusion.answer),
          Format.count(confusion.count), Format.count(counts.total(confusion.label)),
          Format.percent(counts.share(confusion.label, as: confusion.answer)),
        ]
      })
  }
}
