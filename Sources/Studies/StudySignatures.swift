import Foundation
import GRDB
import Probes

extension RunDescription {
  /// The option under which a run of kind `shuffling`, `interactions`, `sensitivity` or `evidencePatches` keeps its question, as `option(for:)`
  /// writes it.
  public static let questionOption = "question"

  /// A question as an option's text; equal questions give equal texts.
  public static func option(for question: some Encodable) throws -> String { try canonicalJSON(question) }
}

extension Study {
  /// Each network's latest answers to shuffled pictures.
  ///
  /// - Throws: `StudyError.damaged` when a run's options do not hold the question that its answers are for.
  public func recordedShuffling() throws -> [Recorded<ShufflingResult>] {
    try mapAnswers(of: latestRuns(.shuffling)) { (run, answers: [ShufflingAnswer]) in
      let question: ShufflingQuestion = try question(of: run)
      let count = question.conditions.count
      try require(
        answers.allSatisfy { answer in
          answer.answers.count == count
            && [answer.innerAnswers, answer.innerClean].allSatisfy { $0.isEmpty || $0.count == count }
        }, run)
      return Recorded(
        run: run,
        result: ShufflingResult(
          model: run.description.observer, question: question, answers: answers,
          skipped: try skipped(of: run)))
    }
  }

  /// Each network's latest falls under masks.
  ///
  /// - Throws: as `recordedShuffling`.
  public func recordedInteractions() throws -> [Recorded<InteractionResult>] {
    try mapAnswers(of: latestRuns(.interactions)) { (run, answers: [InteractionAnswer]) in
      let question: InteractionQuestion = try question(of: run)
      let count = question.layouts.count
      try require(answers.allSatisfy { $0.joint.count == count && $0.sum.count == count }, run)
      return Recorded(
        run: run,
        result: InteractionResult(
          model: run.description.observer, question: question, answers: answers,
          skipped: try skipped(of: run)))
    }
  }

  /// Each network's latest probabilities with patches masked.
  ///
  /// - Throws: as `recordedShuffling`.
  public func recordedSensitivity() throws -> [Recorded<SensitivityResult>] {
    try mapAnswers(of: latestRuns(.sensitivity)) { (run, answers: [SensitivityAnswer]) in
      let question: SensitivityQuestion = try question(of: run)
      let count = question.rankings.count * question.counts.count
      try require(answers.allSatisfy { $0.probabilities.count == count }, run)
      return Recorded(
        run: run,
        result: SensitivityResult(
          model: run.description.observer, question: question, answers: answers,
          skipped: try skipped(of: run)))
    }
  }

  /// What a run asked, from its options.
  ///
  /// - Throws: `StudyError.damaged` when they do not say.
  func question<Question: Decodable>(of run: Run) throws -> Question {
    let text = run.description.options[RunDescription.questionOption] ?? ""
    guard let question = try? JSONDecoder().decode(Question.self, from: Data(text.utf8)) else {
      throw StudyError.damaged(path: path, reason: "run \(run.id) does not say what it asked")
    }
    return question
  }

  private func require(_ holds: Bool, _ run: Run) throws {
    guard holds else {
      throw StudyError.damaged(
        path: path, reason: "run \(run.id) has answers to another question than it asked")
    }
  }
}

extension ShufflingAnswer: StudyAnswer {
  public static var kind: RunKind { .shuffling }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(
      name: "shuffling_answers",
      columns: ["image", "label", "clean", "answers", "inner_answers", "inner_clean", "inner_difference"])
  }
  public var values: StudyValues {
    StudyValues([
      image, label, clean, NumberList.text(answers), NumberList.text(innerAnswers),
      NumberList.text(innerClean), innerDifference,
    ])
  }
  public init(values: StudyValues) throws {
    self.init(
      image: try values.value(0), label: try values.value(1), clean: try values.value(2),
      answers: try NumberList.integers(try values.value(3)),
      innerAnswers: try NumberList.optionals(try values.value(4)),
      innerClean: try NumberList.optionals(try values.value(5)), innerDifference: try values.optional(6))
  }
}

extension InteractionAnswer: StudyAnswer {
  public static var kind: RunKind { .interactions }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(name: "interaction_answers", columns: ["image", "label", "joint_falls", "summed_falls"])
  }
  public var values: StudyValues {
    StudyValues([image, label, NumberList.text(joint), NumberList.text(sum)])
  }
  public init(values: StudyValues) throws {
    self.init(
      image: try values.value(0), label: try values.value(1),
      joint: try NumberList.numbers(try values.value(2)), sum: try NumberList.numbers(try values.value(3)))
  }
}

extension SensitivityAnswer: StudyAnswer {
  public static var kind: RunKind { .sensitivity }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(name: "sensitivity_answers", columns: ["image", "label", "clean", "probabilities"])
  }
  public var values: StudyValues { StudyValues([image, label, clean, NumberList.text(probabilities)]) }
  public init(values: StudyValues) throws {
    self.init(
      image: try values.value(0), label: try values.value(1), clean: try values.value(2),
      probabilities: try NumberList.numbers(try values.value(3)))
  }
}
