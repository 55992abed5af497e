import ArgumentParser
import Reporting
import Studies

/// `patchwork report gates`
struct ReportGatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gates", abstract: "List every number of studies that a gate can speak of, with its value.",
    discussion: """
      Each line begins with a gate that can be given to 'report --fail-if' as it stands, in quotes: it is not met now, \
      and would be by any worse value (any greater one where neither is worse). Its form is \
      kind[question].observer.measure[details] and then >, >=, < or <= and a limit; kind and brackets may be left out, \
      and * stands for every observer.

      Examples:
        patchwork report gates study.sqlite
        patchwork report gates study.sqlite --json
      """)

  @Argument(help: "Studies, as --study wrote them.")
  var study: [String]

  @OptionGroup var common: CommonOptions

  func run() throws {
    let numbers = try Report(studies: try study.map { try Study(reading: $0) }).gateableNumbers
    if common.json { return try Output.json(["measurements": numbers]) }
    var table = Table(["gate", "value", "95 % interval", "of"])
    for number in numbers {
      table.add([
        number.gate, number.words, number.intervalWords,
        "\(number.n)" + (number.complete ? "" : ", not finished"),
      ])
    }
    try Output.table(table)
  }
}
