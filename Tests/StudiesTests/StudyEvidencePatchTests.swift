import GRDB
import Models
import Probes
import Testing

@testable import Studies

/// Telling patches in a study.
struct StudyEvidencePatchTests {
  private func description(_ question: String? = nil) throws -> RunDescription {
    let own = try RunDescription.option(for: EvidencePatchQuestion(classes: [0, 1], patches: 2))
    return runDescription(
      .evidencePatches, options: ["corpus": "val", RunDescription.questionOption: question ?? own])
  }

  private func answer(_ image: String, label: Int, logit: Float) -> EvidencePatchAnswer {
    EvidencePatchAnswer(
      image: image, label: label, predicted: 1,
      patches: [0, 1].map { index in
        EvidencePatch(
          classIndex: index, image: image, label: label, predicted: 1, top: 8, left: 16,
          logit: logit - Float(index), side: 17,
          pixels: (0..<17 * 17 * 3).map { UInt8(($0 * (3 + index) + Int(logit * 50)) % 256) })
      })
  }

  @Test func givesBackThePatchesAfterReopening() throws {
    let folder = try TemporaryFolder()
    let answers = [
      answer("tench/1.jpg", label: 0, logit: 0.123_456_7), answer("golf ball/Ä ' \".jpg", label: 1, logit: 3),
      EvidencePatchAnswer(image: "tench/3.jpg", label: 0, predicted: 0, patches: []),
    ]
    let skipped = [SkippedImage(image: "tench/2.jpg", reason: "broken")]
    do {
      let study = try Study(at: folder.file("a.study"))
      let run = try study.begin(description())
      try study.append(Array(answers.prefix(1)), to: run)
      try study.append(Array(answers.dropFirst()), skipped: skipped, to: run)
      try study.finish(run)
    }
    let study = try Study(reading: folder.file("a.study"))
    let run = try #require(try study.runs().first)
    #expect(try study.answers(EvidencePatchAnswer.self, of: run) == answers)
    #expect(try study.answerCount(of: run) == 3)
    let result = try #require(try study.results(EvidencePatchResult.self).first)
    #expect(result.count == 3 && result.patchSide == 17 && result.skipped == skipped)
    #expect(result.classes[0].telling.patches == [answers[0].patches[0]])
    #expect(result.classes[0].distractors.patches == [answers[1].patches[0]])
    #expect(result.classes[1].telling.patches == [answers[1].patches[1]] && result.classes[1].images == 1)
  }

  @Test func twoHalvesOfARunMergeIntoOne() throws {
    let folder = try TemporaryFolder()
    let answers = (0..<6).map { answer("\($0).jpg", label: $0 % 2, logit: Float($0 * 7 % 6)) }
    for (name, half) in [("a", answers.prefix(3)), ("b", answers.suffix(3))] {
      let study = try Study(at: folder.file("\(name).study"))
      try study.append(Array(half), to: try study.begin(description()))
    }
    let whole = try Study(at: folder.file("whole.study"))
    try whole.append(answers, to: try whole.begin(description()))
    let merged = folder.file("all.study")
    let counts = try Study.merge([folder.file("a.study"), folder.file("b.study")], into: merged)
    #expect(counts[1].united == 1)
    let results = try Study(reading: merged).results(EvidencePatchResult.self)
    #expect(results == (try whole.results(EvidencePatchResult.self)) && results[0].count == 6)
  }

  @Test func reportsRowsThatNobodyWrites() throws {
    let folder = try TemporaryFolder()
    let unasked = try Study(at: folder.file("unasked.study"))
    try unasked.append([answer("1.jpg", label: 0, logit: 1)], to: try unasked.begin(try description("?")))
    #expect(throws: StudyError.self) { try unasked.results(EvidencePatchResult.self) }
    for (place, change) in [
      "patches = '[{\"class\": 1}]'", "pixels = x'00'", "side = -1", "side = 2000000000", "patches = '[]'",
    ].enumerated() {
      let study = try Study(at: folder.file("\(place).study"))
      try study.append([answer("1.jpg", label: 0, logit: 1)], to: try study.begin(description()))
      try DatabaseQueue(path: study.path).write {
        try $0.execute(sql: "UPDATE evidence_patches SET \(change)")
      }
      #expect(throws: StudyError.self, "\(change)") { try study.results(EvidencePatchResult.self) }
    }
  }

  @Test func studiesOfTheVersionBeforeGetTheTable() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("old.study")
    try DatabaseQueue(path: path).write { try StudySchema.bringUpToDate($0, version: 6) }
    let study = try Study(at: path)
    try study.append([answer("1.jpg", label: 0, logit: 0.5)], to: try study.begin(description()))
    #expect(try study.results(EvidencePatchResult.self).count == 1)
  }
}
