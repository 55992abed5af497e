import GRDB
import Models
import Probes
import Testing

@testable import Studies

/// Local evidence on cue conflicts in a study.
struct StudyLocalConflictTests {
  private let answers = [
    LocalConflictAnswer(
      stimulus: "cat1-dog2.png", shape: "cat", texture: "dog", difference: -0.123_456_7,
      regions: [
        RegionEvidence(cells: 3, sum: 1.25, shapeCells: 2), RegionEvidence(),
        RegionEvidence(cells: 6, sum: -1e-30, shapeCells: 0),
      ]),
    LocalConflictAnswer(
      stimulus: "dog1-cat Ä'2.png", shape: "dog", texture: "cat", difference: 2,
      regions: [RegionEvidence(), RegionEvidence(cells: 1, sum: 2, shapeCells: 1), RegionEvidence()]),
  ]

  @Test func givesBackWhatWasFoundAfterReopeningAndMerging() throws {
    let folder = try TemporaryFolder()
    let skipped = [SkippedImage(image: "bear1-cat1.png", reason: "no silhouette")]
    do {
      let study = try Study(at: folder.file("a.study"))
      let run = try study.begin(runDescription(.localConflict))
      try study.append([answers[0]], skipped: skipped, to: run)
      let resumed = try #require(try study.resume(runDescription(.localConflict)))
      #expect(resumed.id == run.id)
      try study.append([answers[1]], to: run)
      try study.finish(run)
      #expect(try study.answerCount(of: run) == 2)
    }
    let expected = LocalConflictResult(model: "bagnet17", answers: answers, skipped: skipped)
    #expect(
      try Study(reading: folder.file("a.study")).recorded(LocalConflictResult.self).map(\.result) == [
        expected
      ])
    _ = try Study.merge([folder.file("a.study")], into: folder.file("both.study"))
    #expect(
      try Study(reading: folder.file("both.study")).recorded(LocalConflictResult.self).map(\.result) == [
        expected
      ])
  }

  @Test func studiesOfTheVersionBeforeGetTheTable() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("old.study")
    try DatabaseQueue(path: path).write { try StudySchema.bringUpToDate($0, version: 6) }
    let study = try Study(at: path)
    try study.append(answers, to: try study.begin(runDescription(.localConflict)))
    #expect(try study.recorded(LocalConflictResult.self)[0].result.answers == answers)
  }
}
