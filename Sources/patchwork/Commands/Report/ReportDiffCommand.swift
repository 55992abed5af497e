import ArgumentParser
import Foundation
import Reporting
import Studies

/// `patchwork report diff`
struct ReportDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Say what changed from one study to another beyond noise.",
    discussion: """
      Every share that both studies hold is compared on the pictures that both answered, each picture with itself: the \
      second study's less the first's, with a 95 % interval. 'beyond noise' is a difference whose interval leaves 0 out; \
      of twenty that are nothing but noise about one will be.

      Example:
        patchwork report diff before.sqlite after.sqlite
      """)

  @Argument(help: "The study to compare with.")
  var first: String

  @Argument(help: "The study that may have changed.")
  var second: String

  @Flag(name: .long, help: "List unchanged shares too.")
  var all = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    let difference = try ReportDifference(Study(reading: first), Study(reading: second))
    if common.json { return try Output.text(String(decoding: try difference.json(), as: UTF8.self)) }
    let shown = all ? difference.rows : difference.changed
    if !shown.isEmpty {
      var table = Table([
        "observer", "share", "pictures", "before", "after", "points", "95 % interval", "answers changed",
        "change",
      ])
      for row in shown {
        let paired = row.paired
        table.add([
          row.observer, row.key, "\(paired.count)", format("%.1f %%", 100 * paired.second),
          format("%.1f %%", 100 * paired.first),
          format("%+.1f", 100 * paired.difference),
          format("%+.1f…", 100 * paired.lower) + format("%+.1f", 100 * paired.upper), "\(paired.changed)",
          row.change.rawValue,
        ])
      }
      try Output.table(table)
    }
    let same = difference.rows.count { $0.change == .none }
    try Output.line(
      "\(difference.changed.count) of \(difference.rows.count) shares changed beyond noise, "
        + "\(difference.rows.count - difference.changed.count - same) within, \(same) have the same answers")
    try list("only in \(first)", difference.onlyInFirst)
    try list("only in \(second)", difference.onlyInSecond)
    try list("in both, but on no picture in common", difference.incomparable)
    try list("other weights under the same name", difference.otherWeights)
  }

  private func list(_ title: String, _ names: [String]) throws {
    if !names.isEmpty { try Output.line("\(title): \(names.joined(separator: ", "))") }
  }
}
