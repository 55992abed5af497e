import Foundation
import GRDB
import Models
import Probes
import Testing

@testable import Studies

/// Answers about a network's signatures in a study.
struct StudySignatureTests {
  private let shuffling = ShufflingQuestion(conditions: [.init(.grid, 2), .init(.tile, 8)])
  private let interactions = InteractionQuestion(layouts: [.init(side: 8, gap: 32)])
  private let sensitivity = SensitivityQuestion(
    rankings: ["evidence of a b", "random"], counts: [1, 4], side: 8)

  private func description(_ kind: QuestionKind, _ question: some Encodable) throws -> RunDescription {
    runDescription(
      kind,
      options: [
        "corpus": "val", RunDescription.questionOption: try RunDescription.option(for: question),
      ])
  }

  private let shuffled = [
    ShufflingAnswer(
      image: "tench/1.jpg", label: 0, clean: 0, answers: [1, 0], innerAnswers: [nil, 0],
      innerClean: [nil, 0], innerDifference: 1.25e-7),
    ShufflingAnswer(image: "golf ball/Ä ' \".jpg", label: 1, clean: 1, answers: [0, 1]),
  ]
  private let masked = [
    InteractionAnswer(image: "a", label: 1, joint: [-0.1234567890123], sum: [1e-300])
  ]
  private let ranked = [
    SensitivityAnswer(image: "a", label: 1, clean: 0.75, probabilities: [0.5, 0.1, 0.7, 1.0 / 3])
  ]

  @Test func givesBackWhatWasAnsweredAfterReopening() throws {
    let folder = try TemporaryFolder()
    let skipped = [SkippedImage(image: "b", reason: "broken")]
    do {
      let study = try Study(at: folder.file("a.study"))
      let first = try study.begin(try description(.shuffling, shuffling))
      try study.append([shuffled[0]], to: first)
      try study.append([shuffled[1]], skipped: skipped, to: first)
      try study.finish(first)
      try study.append(masked, to: try study.begin(try description(.interactions, interactions)))
      try study.append(ranked, to: try study.begin(try description(.sensitivity, sensitivity)))
    }
    let study = try Study(reading: folder.file("a.study"))
    #expect(
      try study.recorded(ShufflingResult.self).map(\.result) == [
        ShufflingResult(model: "bagnet17", question: shuffling, answers: shuffled, skipped: skipped)
      ])
    #expect(
      try study.recorded(InteractionResult.self).map(\.result) == [
        InteractionResult(model: "bagnet17", question: interactions, answers: masked)
      ])
    #expect(
      try study.recorded(SensitivityResult.self).map(\.result) == [
        SensitivityResult(model: "bagnet17", question: sensitivity, answers: ranked)
      ])
    #expect(try study.runs().map { try study.answerCount(of: $0) } == [2, 1, 1])
  }

  @Test func continuesAnInterruptedRunOnlyForTheSameQuestion() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    let run = try study.begin(try description(.shuffling, shuffling))
    try study.append([shuffled[0]], to: run)
    let other = ShufflingQuestion(conditions: [.init(.grid, 2)])
    #expect(try study.resume(try description(.shuffling, other)) == nil)
    let resumed = try #require(try study.resume(try description(.shuffling, shuffling)))
    #expect(resumed.id == run.id)
    #expect(try study.itemsDone(ShufflingAnswer.self, in: resumed) == ["tench/1.jpg"])
  }

  @Test func reportsAnswersToAnotherQuestion() throws {
    let folder = try TemporaryFolder()
    let bare = try Study(at: folder.file("bare.study"))
    _ = try bare.begin(runDescription(.interactions))
    #expect(throws: StudyError.self) { try bare.recorded(InteractionResult.self) }
    let short = try Study(at: folder.file("short.study"))
    try short.append(
      shuffled,
      to: try short.begin(try description(.shuffling, ShufflingQuestion(conditions: [.init(.grid, 2)]))))
    #expect(throws: StudyError.self) { try short.recorded(ShufflingResult.self) }
    let hurt = try Study(at: folder.file("hurt.study"))
    try hurt.append(ranked, to: try hurt.begin(try description(.sensitivity, sensitivity)))
    try hurt.queue.write { try $0.execute(sql: "UPDATE sensitivity_answers SET probabilities = '0 1 x 1'") }
    #expect(throws: StudyError.self) { try hurt.recorded(SensitivityResult.self) }
  }

  @Test func mergesSignaturesOfTwoStudies() throws {
    let folder = try TemporaryFolder()
    for (place, name) in ["one", "two"].enumerated() {
      let study = try Study(at: folder.file(name))
      try study.append([shuffled[place]], to: try study.begin(try description(.shuffling, shuffling)))
    }
    let counts = try Study.merge([folder.file("one"), folder.file("two")], into: folder.file("both"))
    #expect(counts.map(\.united) == [0, 1])
    let both = try Study(reading: folder.file("both"))
    #expect(try both.recorded(ShufflingResult.self).map(\.result.answers) == [shuffled])
  }

  @Test func keepsTheRanksOfBothCuesAndReadsStudiesWithoutThem() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("old.study")
    try DatabaseQueue(path: path).write { try StudySchema.bringUpToDate($0, version: 3) }
    let study = try Study(at: path)
    let answers = [
      CueConflictAnswer(
        stimulus: "cat1-dog1.png", shape: "cat", texture: "dog", response: "cat", shapeRank: 1,
        textureRank: 16),
      CueConflictAnswer(stimulus: "cat1-dog2.png", shape: "cat", texture: "dog", response: "na"),
    ]
    try study.append(answers, to: try study.begin(runDescription(.textureBias)))
    #expect(try Study(reading: path).results(TextureBiasResult.self).map(\.answers) == [answers])
  }
}
