import Foundation
import GRDB
import Probes
import Testing

@testable import Studies

/// Scores of attributions in a study.
struct StudyAttributionTests {
  private func description(_ rankings: String = "saliency random") -> RunDescription {
    runDescription(.attribution, options: ["corpus": "val", RunDescription.rankingsOption: rankings])
  }

  private func scores(_ image: String, _ value: Float) -> AttributionScores {
    AttributionScores(
      image: image, label: 1, classIndex: 2,
      rankings: [
        RankingScores(
          ranking: "saliency", deletion: [1, value, 0.1], insertion: [0.1, value, 1],
          sensitivity: [nil, value], pearson: 0.25, spearman: -0.5),
        RankingScores(
          ranking: "random", deletion: [1, 0.5, 0.1], insertion: [0.1, 0.3, 1], sensitivity: [0.1, nil],
          relativeError: 1.75),
      ])
  }

  @Test func givesBackWhatWasScoredAfterReopening() throws {
    let folder = try TemporaryFolder()
    let answers = [scores("tench/1.jpg", 0.123_456_7), scores("golf ball/Ä ' \".jpg", 1e-30)]
    let skipped = [SkippedImage(image: "tench/2.jpg", reason: "broken")]
    do {
      let study = try Study(at: folder.file("a.study"))
      let run = try study.begin(description())
      try study.append([answers[0]], to: run, seconds: 1)
      try study.append([answers[1]], skipped: skipped, to: run, seconds: 2)
      try study.finish(run)
    }
    let study = try Study(reading: folder.file("a.study"))
    #expect(
      try study.attributionResults() == [
        AttributionScoreResult(
          model: "bagnet17", rankings: ["saliency", "random"], answers: answers, skipped: skipped)
      ])
    let run = try #require(try study.runs().first)
    #expect(try study.answerCount(of: run) == 2 && run.description == description())
  }

  @Test func continuesAnInterruptedRunOnlyWithTheSameRankings() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    let run = try study.begin(description())
    try study.append([scores("1.jpg", 0.5)], to: run)
    #expect(try study.resume(description("saliency")) == nil)
    let resumed = try #require(try study.resume(description()))
    #expect(resumed.id == run.id)
    #expect(try study.itemsDone(AttributionScores.self, in: resumed) == ["1.jpg"])
  }

  @Test func reportsScoresThatTheRunDoesNotExplain() throws {
    let folder = try TemporaryFolder()
    for (place, rankings) in ["", "saliency", "random saliency"].enumerated() {
      let study = try Study(at: folder.file("\(place).study"))
      try study.append([scores("1.jpg", 0.5)], to: try study.begin(description(rankings)))
      #expect(throws: StudyError.self) { try study.attributionResults() }
    }
    let study = try Study(at: folder.file("damaged.study"))
    try study.append([scores("1.jpg", 0.5)], to: try study.begin(description()))
    try DatabaseQueue(path: study.path).write {
      try $0.execute(sql: "UPDATE attribution_scores SET scores = '[{\"ranking\": 4}]'")
    }
    #expect(throws: StudyError.self) { try study.attributionResults() }
  }

  @Test func studiesOfTheVersionBeforeGetTheTable() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("old.study")
    try DatabaseQueue(path: path).write { try StudySchema.bringUpToDate($0, version: 4) }
    let study = try Study(at: path)
    try study.append([scores("1.jpg", 0.5)], to: try study.begin(description()))
    #expect(try study.attributionResults().count == 1)
    #expect(
      try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
        == StudySchema.version)
  }

  @Test func mergingTakesScoresOver() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    let run = try study.begin(description())
    try study.append([scores("1.jpg", 0.5)], to: run)
    try study.finish(run)
    _ = try Study.merge([study.path], into: folder.file("all.study"))
    let merged = try Study(reading: folder.file("all.study"))
    #expect(try merged.attributionResults() == study.attributionResults())
  }
}
