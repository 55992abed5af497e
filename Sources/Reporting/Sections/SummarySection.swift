import Probes
import Studies

extension ReportData {
  /// The answers first, then each network's main numbers, then the rest in words: one paragraph for each question asked.
  func summarySection() -> PageSection? {
    let ofEach = accuracyFinding() + stickerFindings() + cueFindings()
    let others =
      sweepFinding() + perturbationFinding() + distortionFinding() + corruptionFinding() + evidenceFinding()
    guard !ofEach.isEmpty || !others.isEmpty else { return nil }
    let kinds = PageBlock.paragraph(
      "Ranges in brackets are 95\u{202F}% intervals: \(intervalKinds.joined(separator: ", ")).")
    let short = shortFindings()
    guard let table = glanceTable() else {
      return PageSection(
        id: "summary", title: "Summary", blocks: [.findings(short + ofEach + others), kinds])
    }
    return PageSection(
      id: "summary", title: "Summary",
      blocks: (short.isEmpty ? [] : [.findings(short)]) + [.table(table)]
        + (others.isEmpty ? [] : [.findings(others)])
        + [.fold(title: "The table in sentences, with every count", [.findings(ofEach)]), kinds])
  }

  /// How the intervals that the findings give were found.
  private var intervalKinds: [String] {
    var kinds = ["Wilson’s for shares"]
    if !textureBias.isEmpty { kinds.append("by drawing stimuli again for what the cues decide") }
    if views(\.distortions).flatMap(\.distortionLeaders).contains(where: { $0.comparison != nil }) {
      kinds.append("over the pictures both saw for differences")
    }
    return kinds
  }

  private func accuracyFinding() -> [RichText] {
    views(\.accuracy).map { view in
      let parts = view.accuracy.map { entry -> RichText in
        let result = entry.value.result
        let share = Format.percent(result.top1Correct, of: result.count)
        let interval = Format.interval(WilsonInterval(successes: result.top1Correct, of: result.count))
        return "\(entry.name) \(strong: share) of \(Format.count(result.count)) (\(interval))"
      }
      return """
        Clean pictures named rightly at the first answer\(mention(view.accuracy.first?.asked)): \(list: parts).
        """
    }
  }

  private func evidenceFinding() -> [RichText] {
    guard !evidence.isEmpty else { return [] }
    let worst = evidence.map { abs($0.value.map.meanOfCells - Double($0.value.map.logit)) }.max() ?? 0
    let verb = evidence.count == 1 ? "shows" : "show"
    return [
      """
      \(Format.count(evidence.count, "evidence map")) \(verb) which squares of a picture argued for a class; the \
      mean of the cells and the network’s logit differ by at most \(strong: Format.precise(worst, digits: 2)).
      """
    ]
  }
}
