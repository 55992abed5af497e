import GRDB
import Probes

extension ShufflingAnswer: StudyAnswer {
  public static var kind: QuestionKind { .shuffling }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(
      name: "shuffling_answers",
      columns: [
        .text("image"), .integer("label"), .integer("clean"), .text("answers"),
        .text("inner_answers"), .text("inner_clean"), .real("inner_difference", isOptional: true),
      ])
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
  public static var kind: QuestionKind { .interactions }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(
      name: "interaction_answers",
      columns: [
        .text("image"), .integer("label"), .text("joint_falls"), .text("summed_falls"),
      ])
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
  public static var kind: QuestionKind { .sensitivity }
  public var item: String { image }
  public static var table: StudyTable {
    StudyTable(
      name: "sensitivity_answers",
      columns: [
        .text("image"), .integer("label"), .real("clean"), .text("probabilities"),
      ])
  }
  public var values: StudyValues { StudyValues([image, label, clean, NumberList.text(probabilities)]) }
  public init(values: StudyValues) throws {
    self.init(
      image: try values.value(0), label: try values.value(1), clean: try values.value(2),
      probabilities: try NumberList.numbers(try values.value(3)))
  }
}
