import ArgumentParser
import Studies

/// `patchwork study merge`
struct StudyMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Write one study with the runs of several.",
    discussion: """
      Runs that asked the same of the same weights become one that holds the answers of all: what several have counts \
      once, no answer is dropped, and two different answers to one picture are refused by name. Of interrupted runs the \
      rest is asked when their command is given again.

      Example:
        patchwork study merge first.sqlite second.sqlite --out both.sqlite
      """)

  @Argument(help: "Two or more studies, as --study wrote them.")
  var studies: [String]

  @Option(name: .long, help: "The study to write, a new file.")
  var out: String

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if studies.count < 2 { throw ValidationError("expected at least two studies, found \(studies.count)") }
  }

  func run() throws {
    let counts = try Study.merge(studies, into: out)
    if common.json {
      return try Output.json(
        Document(
          out: out,
          studies: zip(studies, counts).map {
            .init(study: $0, added: $1.added, united: $1.united, known: $1.known)
          }))
    }
    for (study, count) in zip(studies, counts) {
      try Output.line(
        "\(study): \(count.added) runs added, \(count.united) united, \(count.known) there already")
    }
    try Output.line(out)
  }

  private struct Document: Encodable {
    struct Source: Encodable {
      let study: String
      let added, united, known: Int
    }

    let out: String
    let studies: [Source]
  }
}
