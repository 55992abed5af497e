import ArgumentParser
import Reporting
import Studies

/// `patchwork report`
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Turn studies into one self-contained page, with its numbers as JSON.",
    discussion: """
      Example:
        patchwork report study.sqlite --out report.html
      """)

  @Argument(help: "Studies, as --study wrote them.")
  var study: [String]

  @Option(name: .long, help: "The page to write; the JSON goes beside it.")
  var out: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    let report = try Report(studies: try study.map { try Study(reading: $0) })
    let written = try report.write(to: out)
    if common.json { return try Output.json(["written": written]) }
    for path in written { try Output.line(path) }
  }
}
