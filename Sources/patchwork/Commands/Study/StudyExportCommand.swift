import ArgumentParser
import Foundation
import Reporting
import Studies

/// `patchwork study export`
struct StudyExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a study's runs and answers as CSV, one file a kind.",
    discussion: """
      runs.csv has a row for each run; the other files a row for each answer, with the run's number first. Classes \
      stand by their identifiers.

      Example:
        patchwork study export study.sqlite --csv --out tables
      """)

  @Argument(help: "A study, as --study wrote it.")
  var study: String

  @Flag(name: .long, help: "Write comma-separated values; there is no other form.")
  var csv = false

  @Option(name: .long, help: "The folder to write to, new or empty.")
  var out: String

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if !csv { throw ValidationError("expected --csv, found no form to write") }
  }

  func run() throws {
    let tables = try StudyCSV.tables(of: try Study(reading: study))
    try StagedFolder.write(out) { folder in
      for table in tables { try folder.add(table.name, Data(table.text.utf8)) }
    }
    let written = tables.map { (out as NSString).appendingPathComponent($0.name) }
    if common.json { return try Output.json(["written": written]) }
    for path in written { try Output.line(path) }
  }
}
