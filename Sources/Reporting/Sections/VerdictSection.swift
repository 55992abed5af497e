import Probes

extension ReportData {
  /// Which gates held and which did not; nothing where none was given.
  func verdictSection() -> PageSection? {
    guard !verdicts.isEmpty else { return nil }
    let failed = verdicts.count(where: \.isFailed)
    let head: RichText =
      failed == 0
      ? "\(strong: "Passed:") \(verdicts.count == 1 ? "the one gate holds" : "all \(Format.count(verdicts.count)) gates hold")."
      : "\(strong: "Failed:") \(Format.count(failed)) of \(Format.count(verdicts.count, "gate"))."
    return PageSection(
      id: "verdict", title: "Verdict",
      blocks: [
        .findings([head] + verdicts.map(words)),
        .paragraph(
          "A gate is a condition that must not be true. Ranges in brackets are 95\u{202F}% Wilson intervals."),
      ])
  }

  private func words(_ verdict: GateVerdict) -> RichText {
    let parts = verdict.measurements.map { measurement -> RichText in
      let state = verdict.isFailed(measurement) ? "true" : "not true"
      let close =
        verdict.isClose(measurement)
        ? ", but the limit lies within the interval: other pictures might decide otherwise" : ""
      return """
        \(measurement.name) \(strong: Format.percent(measurement.value)) of \(Format.count(measurement.count)) \
        (\(Format.interval(measurement.interval))), \(state)\(close)
        """
    }
    return """
      \(code: verdict.gate.text) \(strong: verdict.isFailed ? "failed" : "holds"): \
      \(lowercased(verdict.measurements[0].metric.title)): \(list: parts).
      """
  }

  private func lowercased(_ title: String) -> String { title.prefix(1).lowercased() + title.dropFirst() }

  /// The gates for programs.
  func gatesJSON() -> JSONValue {
    .list(
      verdicts.map { verdict in
        .object([
          "gate": .text(verdict.gate.text), "failed": .flag(verdict.isFailed),
          "numbers": .list(
            verdict.measurements.map { measurement in
              var fields: [String: JSONValue] = [
                "name": .text(measurement.name), "metric": .text(measurement.metric.rawValue),
                "details": .list(measurement.details.map(JSONValue.text)),
                "n": .whole(measurement.count), "failed": .flag(verdict.isFailed(measurement)),
                "limit_within_interval": .flag(verdict.isClose(measurement)),
              ]
              proportion("value", measurement.successes, of: measurement.count, into: &fields)
              return .object(fields)
            }),
        ])
      })
  }
}
