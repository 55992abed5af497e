import ArgumentParser
import Probes
import Reporting
import Studies
import Training

/// `patchwork report page`, or `patchwork report` alone
struct ReportPageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "page",
    abstract: "Turn studies and logs of trainings into one self-contained page, with its numbers as JSON.",
    discussion: """
      --fail-if names conditions that must not be true: a kind of question and in brackets which one, where you want \
      to; an observer (as in the study, or its part before a slash, or * for all); a measure; and a limit. 'report \
      gates' lists all there are, ready to paste. A gate that speaks of several numbers is met when any of them meets \
      it. The page and its JSON are written either way and say what came of each gate; the exit code is 2 when one is \
      met, or undecided because it rests on a run that has not finished (unless --allow-unfinished).

      --csv writes the table behind each figure to a file of its own, named as the figure is on the page. A page over 50 \
      MB is written with a warning.

      Examples:
        patchwork report study.sqlite --out report.html
        patchwork report study.sqlite --out report.html --csv figures
        patchwork report study.sqlite --out report.html \\
          --fail-if 'sticker[tench].bagnet17.sticker_success>50%' '*.clean_accuracy<70%'
        patchwork report --training bagnet17.training.jsonl --out training.html
      """)

  @Argument(help: "Studies, as --study wrote them.")
  var study: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Logs that 'train' left beside its networks.", valueName: "log"))
  var training: [String] = []

  @Option(name: .long, help: "The page to write; the JSON goes beside it.")
  var out: String

  @Option(
    name: .long,
    help: ArgumentHelp("A folder for the figures' tables, one CSV file each.", valueName: "dir"))
  var csv: String?

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Conditions that must not be true, such as 'bagnet17.sticker_success>0.5'.", valueName: "gate"))
  var failIf: [String] = []

  @Flag(name: .long, help: "Let a gate pass that rests on a run which has not finished.")
  var allowUnfinished = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if study.isEmpty, training.isEmpty {
      throw ValidationError("expected a study, or logs with --training, found neither")
    }
  }

  func run() throws {
    let report = try Report(
      studies: try study.map { try Study(reading: $0) },
      training: try training.map { try TrainingLog(contentsOf: $0) }, gates: try failIf.map(Gate.init))
    let written = try report.write(to: out, csv: csv)
    if let warning = written.warning { Output.complain("warning: \(warning)") }
    if common.json {
      try Output.json(
        ReportDocument(
          written: written.paths, pageBytes: written.pageBytes,
          warnings: written.warning.map { [$0] } ?? [], gates: report.gates))
    } else {
      for path in written.paths { try Output.line(path) }
      for gate in report.gates { try Output.line(gate.line) }
    }
    let failed = report.gates.filter { $0.isMet || ($0.isUndecided && !allowUnfinished) }
    if !failed.isEmpty { throw CommandError.gatesFailed(failed.map(\.line), page: out) }
  }
}

/// What `report` says it did.
private struct ReportDocument: Encodable {
  let written: [String]
  let pageBytes: Int
  let warnings: [String]
  let gates: [GateOutcome]
}
