import Foundation
import GRDB
import Models
import Probes
import Testing

@testable import Studies

/// Answers about distorted pictures in a study.
struct StudyDistortionTests {
  static let conditions = DistortionConditions(
    series: [.init(kind: "noise", levels: [0, 0.03]), .init(kind: "contrast", levels: [1, 0.5, 0.01])])

  private func description(_ conditions: String = Self.conditions.text) -> RunDescription {
    runDescription(
      .distortions, options: ["corpus": "val", RunDescription.conditionsOption: conditions])
  }

  private let answers = [
    DistortionAnswer(image: "tench/1.jpg", label: 0, answers: [0, 1, 0, 0, 1]),
    DistortionAnswer(image: "golf ball/Ä ' \".jpg", label: 1, answers: [1, 1, 1, 0, 0]),
  ]

  @Test func givesBackWhatWasAnsweredAfterReopening() throws {
    let folder = try TemporaryFolder()
    let skipped = [SkippedImage(image: "tench/2.jpg", reason: "broken")]
    do {
      let study = try Study(at: folder.file("a.study"))
      let run = try study.begin(description())
      try study.append([answers[0]], to: run, seconds: 1)
      try study.append([answers[1]], skipped: skipped, to: run, seconds: 2)
      try study.finish(run)
    }
    let study = try Study(reading: folder.file("a.study"))
    let expected = DistortionResult(
      model: "bagnet17", conditions: Self.conditions, answers: answers, skipped: skipped)
    #expect(try study.results(DistortionResult.self, .distortions) == [expected])
    let run = try #require(try study.runs().first)
    #expect(try study.answerCount(of: run) == 2 && run.description == description())
    #expect(expected.curves.map { $0.points.map(\.correct) } == [[2, 1], [2, 1, 0]])
  }

  @Test func continuesAnInterruptedRunOnlyUnderTheSameConditions() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    let run = try study.begin(description())
    try study.append([answers[0]], to: run)
    #expect(try study.resume(description("noise 0.0 0.03")) == nil)
    let resumed = try #require(try study.resume(description()))
    #expect(resumed.id == run.id)
    #expect(try study.itemsDone(DistortionAnswer.self, in: resumed) == ["tench/1.jpg"])
    #expect(try study.answers(of: resumed) == [answers[0]])
  }

  @Test func reportsAnswersThatNoConditionsExplain() throws {
    let folder = try TemporaryFolder()
    for (place, options) in ["noise 0.0", "", "noise loud"].enumerated() {
      let study = try Study(at: folder.file("\(place).study"))
      try study.append(answers, to: try study.begin(description(options)))
      #expect(throws: StudyError.self) { try study.results(DistortionResult.self, .distortions) }
    }
    let bare = try Study(at: folder.file("bare.study"))
    _ = try bare.begin(runDescription(.distortions))
    #expect(throws: StudyError.self) { try bare.results(DistortionResult.self, .distortions) }
    let hurt = try Study(at: folder.file("hurt.study"))
    try hurt.append(answers, to: try hurt.begin(description()))
    try hurt.queue.write { try $0.execute(sql: "UPDATE distortion_answers SET answers = '0 1 x 1 1'") }
    #expect(throws: StudyError.self) { try hurt.results(DistortionResult.self, .distortions) }
  }

  @Test func readsAStudyOfTheVersionBefore() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("old.study")
    let database = try DatabaseQueue(path: path)
    try database.write { try StudySchema.bringUpToDate($0, version: 1) }
    #expect(try database.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 1)
    try database.close()
    let study = try Study(reading: path)
    #expect(try study.results(DistortionResult.self, .distortions).isEmpty)
    try study.append([answers[0]], to: try study.begin(description()))
    #expect(try Study(at: path).results(DistortionResult.self, .distortions).first?.count == 1)
  }
}
