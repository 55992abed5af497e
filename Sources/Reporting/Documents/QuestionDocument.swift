import Probes

/// A question with the label by which gates call it.
struct QuestionDocument: AnswerDocument {
  let kind: QuestionKind
  let label: String
  let tag: String
  let picturesSha256: Nullable<String>
  let target: Nullable<String>
  let seed: Nullable<String>
  let settings: [String: String]
  let facts: [String]

  static var about: String? { "What was asked: answers to equal questions may be compared." }
  static var fields: [String: String] {
    [
      "label": "The question's short name among all of its kind in the report.",
      "tag": "The question's own digits; gates take them in brackets.",
      "picturesSha256": "Of the names and bytes of all pictures asked about; null where they were not read.",
      "target": "The identifier of the class aimed at.",
      "seed": "A 64-bit number in decimal digits; null for kinds that draw nothing.",
      "settings": "Everything else that decides the answers.",
      "facts": "The question in words, the ones that name it first; gates take each in brackets.",
    ]
  }

  init(_ asked: AskedQuestion, label: String) {
    let question = asked.question
    kind = question.kind
    self.label = label
    tag = question.tag
    picturesSha256 = Nullable(question.picturesSHA256)
    target = Nullable(question.target)
    seed = Nullable(question.seed)
    settings = question.settings
    facts = asked.facts.facts.map(\.text)
  }
}

extension QuestionKind: CaseIterable {
  /// Every kind that a report knows, in the order of the page.
  public static var allCases: [QuestionKind] { ReportPart.catalogue.map(\.kind) }
}
