import Probes
import Studies

extension ReportData {
  /// Everything needed to measure again.
  func provenanceSection() -> PageSection? {
    guard !runs.isEmpty else { return nil }
    var blocks: [PageBlock] = [
      .paragraph(
        """
        The commands below, with the same version, weights and corpus, give the same numbers. Where the same question \
        was asked of the same observer again, this page shows the later finished run; the study keeps both.
        """),
      .commands(commands()),
      runs.count > 12
        ? .folded(title: "All \(Format.count(runs.count)) runs", table: runTable()) : .table(runTable()),
      .folded(title: "Options of each run", table: optionTable()),
    ]
    let skipped = skippedTable()
    blocks.append(
      skipped.rows.isEmpty
        ? .paragraph("No picture was left out.")
        : .folded(title: "Pictures left out (\(Format.count(skipped.rows.count)))", table: skipped))
    return PageSection(id: "provenance", title: "How it was measured", blocks: blocks)
  }

  /// Each command once, with the runs it made.
  private func commands() -> [(title: String, command: String)] {
    var order: [String] = []
    var owners: [String: [Entry<RunEntry>]] = [:]
    for entry in runs {
      let command = entry.value.run.description.command
      if owners[command] == nil { order.append(command) }
      owners[command, default: []].append(entry)
    }
    return order.map { command in
      let entries = owners[command] ?? []
      return (title: (entries.count == 1 ? "Run " : "Runs ") + numbers(of: entries), command: command)
    }
  }

  /// The runs' numbers, neighbours joined: `1, 4–7`.
  private func numbers(of entries: [Entry<RunEntry>]) -> String {
    var spans: [(first: Entry<RunEntry>, last: Entry<RunEntry>)] = []
    for entry in entries {
      if let last = spans.last?.last, last.study == entry.study, last.value.run.id + 1 == entry.value.run.id {
        spans[spans.count - 1].last = entry
      } else {
        spans.append((entry, entry))
      }
    }
    return spans.map { span in
      span.first.value.run.id == span.last.value.run.id
        ? label(span.first) : "\(label(span.first))–\(span.last.value.run.id)"
    }.joined(separator: ", ")
  }

  /// A run's number; with its study where there are several.
  private func label(_ entry: Entry<RunEntry>) -> String {
    studies.count > 1 ? "\(entry.study) \(entry.value.run.id)" : "\(entry.value.run.id)"
  }

  private func runTable() -> Table {
    Table(
      "Runs", text: ["Run", "Kind", "Observer", "State", "Began", "Version", "Processor"],
      numbers: ["Items", "Seed", "Threads", "Time"],
      rows: runs.map { entry in
        let run = entry.value.run
        var state = run.finished == nil ? "interrupted" : "finished"
        if !stands(entry) { state += ", asked again later" }
        if run.resumptions > 0 { state += ", resumed \(Format.count(run.resumptions, "time"))" }
        return [
          label(entry), run.description.kind.rawValue, entry.name, state, Format.moment(run.started),
          run.description.toolVersion, run.description.processor, Format.count(entry.value.answered),
          String(run.description.seed), String(run.description.threads), Format.duration(run.seconds),
        ]
      })
  }

  private func optionTable() -> Table {
    Table(
      "Every option that can change an answer", text: ["Run", "Options"], numbers: [],
      rows: runs.map { entry in
        let options = entry.value.run.description.options.sorted { $0.key < $1.key }
        return [
          label(entry),
          options.isEmpty ? "none" : options.map { "\($0.key) = \($0.value)" }.joined(separator: "; "),
        ]
      })
  }

  private func skippedTable() -> Table {
    Table(
      "Pictures that a run left out, and why", text: ["Picture", "Run", "Reason"], numbers: [],
      rows: runs.flatMap { entry in entry.value.skipped.map { [$0.image, label(entry), $0.reason] } })
  }
}
