import ArgumentParser
import Foundation
import Studies

/// `patchwork study show`
struct StudyShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "List the runs that a study holds.",
    discussion: """
      An interrupted run goes on when its command is given again.

      Example:
        patchwork study show study.sqlite
      """)

  @Argument(help: "A study, as --study wrote it.")
  var study: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    let study = try Study(reading: study)
    let runs = try study.runs().map { RunDocument($0, answers: try study.answerCount(of: $0)) }
    if common.json { return try Output.json(["runs": runs]) }
    var table = Table(["run", "kind", "of", "answers", "seconds", "seed", "asked"])
    for run in runs {
      table.add([
        "\(run.run)", run.kind, run.observer, "\(run.answers)" + (run.isFinished ? "" : " so far"),
        format("%.1f", run.seconds), run.seed, run.asked,
      ])
    }
    try Output.table(table)
  }
}

/// What `study show` says of a run.
struct RunDocument: Encodable {
  let run: Int64
  let kind: String
  let observer: String
  let observerKind: String
  let answers: Int
  let isFinished: Bool
  let resumptions: Int
  let seconds: Double
  let seed: String
  let started: String
  let command: String
  let options: [String: String]

  init(_ run: Run, answers: Int) {
    let description = run.description
    self.run = run.id
    kind = description.kind.rawValue
    observer = description.observer
    observerKind = description.observerKind.rawValue
    self.answers = answers
    isFinished = run.finished != nil
    resumptions = run.resumptions
    seconds = run.seconds
    seed = "\(description.seed)"
    started = ISO8601DateFormatter().string(from: run.started)
    command = description.command
    options = description.options
  }

  /// What tells it from other runs of its kind, in short.
  var asked: String {
    ["attack", "norm", "epsilon", "side", "sticker", "corpus", "stimuli", "limit"].compactMap { key in
      options[key].map { "\(key) \($0)" }
    }.joined(separator: ", ")
  }
}
