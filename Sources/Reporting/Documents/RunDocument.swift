import Models
import Probes
import Studies

/// One run, and everything needed to ask it again.
struct RunDocument: AnswerDocument {
  let id: Int
  let study: String
  let kind: QuestionKind
  let name: String
  let command: String
  let question: QuestionDocument
  let stands: Bool
  let seed: String
  let threads: Int
  let processor: String
  let toolVersion: String
  let options: [String: String]
  let started: String
  let finished: Nullable<String>
  let seconds: Nullable<Double>
  let resumptions: Int
  let n: Int
  let skipped: [SkippedImage]

  static var fields: [String: String] {
    [
      "study": "The study's file name.", "command": "The command line as it was typed.",
      "stands":
        "Whether its answers count; not where the same question was asked of the same observer again.",
      "seed": "A 64-bit number in decimal digits.", "started": "Universal time, ISO 8601.",
      "finished": "Null where it was not.", "n": "Answers.",
    ]
  }

  init(_ entry: ReportData.Entry<ReportData.RunEntry>, question: QuestionDocument, stands: Bool) {
    let run = entry.value.run
    let description = run.description
    id = Int(run.id)
    study = entry.study
    kind = description.kind
    name = entry.name
    command = description.command
    self.question = question
    self.stands = stands
    // A seed is any 64-bit number; most JSON readers keep 53 bits of one.
    seed = String(description.seed)
    threads = description.threads
    processor = description.processor
    toolVersion = description.toolVersion
    options = description.options
    started = Format.iso(run.started)
    finished = Nullable(run.finished.map(Format.iso))
    seconds = Nullable(run.seconds)
    resumptions = run.resumptions
    n = entry.value.answered
    skipped = entry.value.skipped
  }
}
