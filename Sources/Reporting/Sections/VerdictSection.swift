import Probes

extension ReportData {
  /// Which gates are met and which are not; nothing where none was given.
  func verdictSection() -> PageSection? {
    guard !verdicts.isEmpty else { return nil }
    func count(_ state: GateVerdict.State) -> Int { verdicts.count { $0.state == state } }
    let (met, undecided) = (count(.met), count(.undecided))
    let unfinished: RichText =
      undecided == 0 ? "" : "; \(Format.count(undecided)) undecided, resting on runs that have not finished"
    let head: RichText =
      met > 0
      ? "\(strong: "Failed:") \(Format.count(met)) of \(Format.count(verdicts.count, "gate")) met"
      : undecided > 0
        ? "\(strong: "Undecided:") none of \(Format.count(verdicts.count, "gate")) is met"
        : "\(strong: "Passed:") none of \(Format.count(verdicts.count, "gate")) is met"
    return PageSection(
      id: "verdict", title: "Verdict",
      blocks: [
        .findings([RichText(head, unfinished, ".")] + verdicts.map(words)),
        .paragraph(
          """
          A gate says what must not be: it is met when that is true of any number it speaks of. Ranges in brackets are \
          95\u{202F}% intervals.
          """),
      ])
  }

  private func words(_ verdict: GateVerdict) -> RichText {
    let parts = verdict.measurements.map { measurement -> RichText in
      let close =
        verdict.isClose(measurement)
        ? ", but the limit lies within the interval: other pictures might decide otherwise" : ""
      return """
        \(measurement.name)\(mention(measurement.asked)) \(strong: measurement.words(measurement.value)) of \
        \(Format.count(measurement.count)) (\(measurement.intervalWords)), \
        \(verdict.state(of: measurement).rawValue)\(close)
        """
    }
    return """
      \(code: verdict.gate.text) \(strong: verdict.state.rawValue): \
      \(lowercased(verdict.measurements[0].title)): \(list: parts).
      """
  }

  private func lowercased(_ title: String) -> String { title.prefix(1).lowercased() + title.dropFirst() }
}
