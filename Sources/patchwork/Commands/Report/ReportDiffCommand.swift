import ArgumentParser
import Foundation
import Reporting
import Studies

/// `patchwork report diff`
struct ReportDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Say what changed from one study to another beyond noise.",
    discussion: """
      Every number that both studies hold of the same question and observer is compared on the pictures that both \
      answered, each picture with itself: the second study's less the first's, with a 95 % interval. Pictures are the \
      same when their bytes are; studies of earlier releases know them by name only, which is said. 'beyond noise' is a \
      difference whose interval leaves 0 out; of twenty that are nothing but noise about one will be. Different \
      questions (another sticker, another corpus) are never compared: they are listed.

      --fail-if takes 'worse', met when any number got worse beyond noise, and gates on the difference, second less \
      first, such as '*.clean_accuracy<-2%'; the exit code is then 2.

      Examples:
        patchwork report diff before.sqlite after.sqlite
        patchwork report diff before.sqlite after.sqlite --fail-if worse '*.sticker_success>5%'
      """)

  @Argument(help: "The study to compare with.")
  var first: String

  @Argument(help: "The study that may have changed.")
  var second: String

  @Flag(name: .long, help: "List unchanged numbers too.")
  var all = false

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("'worse', or conditions that no difference may meet.", valueName: "gate"))
  var failIf: [String] = []

  @Flag(name: .long, help: "Let a gate pass that rests on a run which has not finished.")
  var allowUnfinished = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    let gates = try failIf.map { $0 == "worse" ? nil : try Gate($0) }
    let difference = try ReportDifference(Study(reading: first), Study(reading: second))
    let verdicts = try gates.map { try verdict($0, difference) }
    if common.json {
      try Output.text(String(decoding: try difference.json(), as: UTF8.self))
    } else {
      try tell(difference)
      for verdict in verdicts { try Output.line(verdict.line) }
    }
    let failed = verdicts.filter(\.isFailed)
    if !failed.isEmpty { throw CommandError.gatesFailed(failed.map(\.line), page: nil) }
  }

  private struct Verdict {
    let line: String
    let isFailed: Bool
  }

  /// - Parameter gate: nil for 'worse'.
  private func verdict(_ gate: Gate?, _ difference: ReportDifference) throws -> Verdict {
    let met: [ReportDifference.Row]
    let asked: [ReportDifference.Row]
    if let gate {
      (met, asked) = try difference.meeting(gate)
    } else {
      asked = difference.rows
      met = asked.filter(\.isWorse)
    }
    let decided = met.filter { !$0.isUnfinished }
    let isUndecided = decided.isEmpty && asked.contains(where: \.isUnfinished)
    let state = !decided.isEmpty ? "met" : isUndecided ? "undecided: a run has not finished" : "not met"
    let told = decided.prefix(6).map {
      "\($0.question).\($0.observer).\($0.key) \(points($0.difference, $0))"
    }
    return Verdict(
      line: "gate '\(gate?.text ?? "worse")' \(state)"
        + (told.isEmpty ? "" : ": \(told.joined(separator: "; "))")
        + (decided.count > 6 ? "; and \(decided.count - 6) more" : ""),
      isFailed: !decided.isEmpty || (isUndecided && !allowUnfinished))
  }

  private func tell(_ difference: ReportDifference) throws {
    let shown = all ? difference.rows : difference.changed
    if !shown.isEmpty {
      var table = Table([
        "question", "observer", "measure", "pictures", "before", "after", "difference", "95 % interval",
        "answers changed", "change",
      ])
      for row in shown {
        table.add([
          row.question, row.observer, row.key, row.paired.map { "\($0.count)" } ?? "–",
          value(row.paired?.second ?? row.before, row), value(row.paired?.first ?? row.after, row),
          points(row.difference, row),
          row.paired.map { "\(points($0.lower, row))…\(points($0.upper, row))" } ?? "–",
          row.paired.map { "\($0.changed)" } ?? "–",
          row.change.rawValue + (row.isByName ? ", pictures by name" : "")
            + (row.isUnfinished ? ", not finished" : ""),
        ])
      }
      try Output.table(table)
    }
    let same = difference.rows.count { $0.change == .none }
    let other = difference.rows.count { $0.change == .other }
    try Output.line(
      "\(difference.changed.count - other) of \(difference.rows.count) numbers changed beyond noise, "
        + "\(difference.rows.count - difference.changed.count - same) within, \(same) are the same"
        + (other == 0 ? "" : ", \(other) are others and no mean over pictures"))
    try list("only in \(first)", difference.onlyInFirst)
    try list("only in \(second)", difference.onlyInSecond)
    try list("in both, but on no picture in common", difference.incomparable)
    try list("other weights under the same name", difference.otherWeights)
  }

  private func value(_ value: Double, _ row: ReportDifference.Row) -> String {
    row.isShare ? format("%.1f %%", 100 * value) : format("%.5g", value)
  }

  private func points(_ value: Double, _ row: ReportDifference.Row) -> String {
    row.isShare ? format("%+.1f", 100 * value) : format("%+.4g", value)
  }

  private func list(_ title: String, _ names: [String]) throws {
    if !names.isEmpty { try Output.line("\(title): \(names.joined(separator: ", "))") }
  }
}
