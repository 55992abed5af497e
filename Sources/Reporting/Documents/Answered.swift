import Probes
import Studies

/// A document with what every answer in report.json says of itself, in one object: who answers what, and whether it is all
/// there.
struct Answered<Content: AnswerDocument>: AnswerDocument {
  private let content: Content
  private let name: String
  private let skipped: Int
  private let complete: Bool
  private let question: QuestionDocument
  private let run: Int

  private enum CodingKeys: String, CodingKey { case name, skipped, complete, question, run }

  static var definition: String { "\(Content.definition)_answer" }
  static var about: String? { Content.about }
  static var fields: [String: String] {
    Content.fields.merging([
      "name": "The observer; behind it the study's name where several studies know that observer.",
      "skipped": "Pictures left out.", "complete": "Whether the run was finished.",
      "run": "The 'id' of the run of that study that the answer stands under.",
    ]) { own, _ in own }
  }

  /// - Parameter name: the observer's on the page, in place of the document's own.
  init(_ content: Content, name: String, run: Run, skipped: Int, question: QuestionDocument) {
    self.content = content
    self.name = name
    self.skipped = skipped
    complete = run.finished != nil
    self.question = question
    self.run = Int(run.id)
  }

  init(from decoder: any Decoder) throws {
    content = try Content(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    skipped = try container.decode(Int.self, forKey: .skipped)
    complete = try container.decode(Bool.self, forKey: .complete)
    question = try container.decode(QuestionDocument.self, forKey: .question)
    run = try container.decode(Int.self, forKey: .run)
  }

  func encode(to encoder: any Encoder) throws {
    try content.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(skipped, forKey: .skipped)
    try container.encode(complete, forKey: .complete)
    try container.encode(question, forKey: .question)
    try container.encode(run, forKey: .run)
  }
}
