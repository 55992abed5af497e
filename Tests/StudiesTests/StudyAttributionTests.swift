import Foundation
import GRDB
import Models
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
      try study.results(AttributionScoreResult.self) == [
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
      #expect(throws: StudyError.self) { try study.results(AttributionScoreResult.self) }
    }
    let study = try Study(at: folder.file("damaged.study"))
    try study.append([scores("1.jpg", 0.5)], to: try study.begin(description()))
    try DatabaseQueue(path: study.path).write {
      try $0.execute(sql: "UPDATE attribution_scores SET scores = substr(scores, 5)")
    }
    #expect(throws: StudyError.self) { try study.results(AttributionScoreResult.self) }
    for blob in [
      "x'00'", "x'0000c0ff0000c0ff0000c0ff'", "x'ffff7f7f'", "x'000080bf000000000000000000000000'",
    ] {
      try DatabaseQueue(path: study.path).write {
        try $0.execute(sql: "UPDATE attribution_scores SET rankings = 'saliency', scores = \(blob)")
      }
      #expect(throws: StudyError.self, "\(blob)") { try study.results(AttributionScoreResult.self) }
    }
  }

  /// The scores as they stand in a study of version 9 and before.
  @Test func scoresKeptAsJSONAreTakenOver() throws {
    let folder = try TemporaryFolder()
    let answers = [scores("b.jpg", 0.123_456_7), scores("a.jpg", 1e-30)]
    let path = folder.file("old.study")
    let study = try Study(at: path)
    let run = try study.begin(description())
    try study.append([answers[0]], to: run)
    // Back to what it was before.
    try DatabaseQueue(path: path).write { database in
      try database.execute(
        sql: """
          DROP TABLE pictures;
          DROP TABLE picture_sets;
          ALTER TABLE runs DROP COLUMN pictures_sha256;
          DROP TABLE attribution_scores;
          CREATE TABLE attribution_scores (
            run INTEGER NOT NULL REFERENCES runs (id), image TEXT NOT NULL, label INTEGER NOT NULL,
            class_index INTEGER NOT NULL, scores TEXT NOT NULL, UNIQUE (run, image) ON CONFLICT REPLACE
          ) STRICT;
          """)
      for answer in answers {
        try database.execute(
          sql:
            "INSERT INTO attribution_scores (run, image, label, class_index, scores) VALUES (?, ?, ?, ?, ?)",
          arguments: [
            run.id, answer.image, answer.label, answer.classIndex, try canonicalJSON(answer.rankings),
          ])
      }
      try database.execute(sql: "PRAGMA user_version = 9")
    }
    let reopened = try Study(reading: path)
    #expect(try reopened.results(AttributionScoreResult.self).first?.answers == answers)
    #expect(try reopened.resume(description())?.id == run.id)
    try DatabaseQueue(path: path).write { database in
      try database.execute(
        sql: """
          DROP TABLE attribution_scores; CREATE TABLE attribution_scores (run, image, label, class_index, scores);
          INSERT INTO attribution_scores VALUES (1, 'a.jpg', 1, 2, '[{"ranking": 4}]'); PRAGMA user_version = 9;
          """)
    }
    #expect(throws: StudyError.self) { try Study(reading: path) }
  }

  /// Byte by byte what version 10 came with, whatever today's types would make of it.
  @Test func theStepToVersion10PacksAsItDidWhenItCame() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("old.study")
    try DatabaseQueue(path: path).write { database in
      try StudySchema.bringUpToDate(database, version: 9)
      try database.execute(
        sql: """
          INSERT INTO runs (kind, observer, observer_kind, command, seed, threads, processor, options, tool_version,
            started_ms) VALUES ('attribution', 'b', 'network', '', '0', 1, '', '{"rankings":"lrp random"}', '0.1.0', 0);
          INSERT INTO attribution_scores VALUES (1, 'a.jpg', 1, 2,
            '[{"ranking":"lrp","deletion":[1,0.5],"insertion":[0.25],"sensitivity":[null,-1],"pearson":0.5,"extra":3},'
            || '{"ranking":"random","deletion":[],"insertion":[2],"sensitivity":[],"relativeError":1.5}]');
          """)
    }
    _ = try Study(reading: path)
    let row = try DatabaseQueue(path: path).read {
      try String.fetchOne(
        $0,
        sql: """
          SELECT run || ' | ' || image || ' | ' || label || ' | ' || class_index || ' | ' || rankings || ' | ' || hex(scores) FROM attribution_scores
          """)
    }
    let (one, two, half, nan, none) = ("0000803F", "00000040", "0000003F", "0000C07F", "00000000")
    let lrp = [two, one, two, one, half, "0000803E", nan, "000080BF", half, nan, nan].joined()
    let random = [none, one, none, two, nan, nan, "0000C03F"].joined()
    #expect(row == "1 | a.jpg | 1 | 2 | lrp random | \(lrp)\(random)")
  }

  @Test func studiesOfTheVersionBeforeGetTheTable() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("old.study")
    try DatabaseQueue(path: path).write { try StudySchema.bringUpToDate($0, version: 4) }
    let study = try Study(at: path)
    try study.append([scores("1.jpg", 0.5)], to: try study.begin(description()))
    #expect(try study.results(AttributionScoreResult.self).count == 1)
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
    #expect(try merged.results(AttributionScoreResult.self) == study.results(AttributionScoreResult.self))
  }
}
