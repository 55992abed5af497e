import Foundation
import GRDB
import Models
import Probes
import Testing

@testable import Studies

/// Success by place in a study.
struct StudyPlacesTests {
  private let question = PlaceQuestion(stride: 8, width: 20, height: 18.5)

  private func description() throws -> RunDescription {
    var description = runDescription(
      .places,
      options: [
        "corpus": "val", RunDescription.questionOption: try RunDescription.option(for: question),
      ])
    description.target = 3
    return description
  }

  private func answer(_ image: String, label: Int = 1, sticker: [Int] = [3, 3, 1, 1, 3, 0]) -> PlaceAnswer {
    PlaceAnswer(
      image: image, label: label, clean: 1, columns: 3, sticker: sticker, noise: [1, 1, 1, 1, 1, 3],
      photo: [1, 3, 1, 1, 1, 1])
  }

  @Test func givesBackWhatWasAnsweredAfterReopening() throws {
    let folder = try TemporaryFolder()
    let answers = [answer("tench/1.jpg"), answer("golf ball/Ä ' \".jpg", sticker: [3, 1, 1, 1, 1, 1])]
    let skipped = [SkippedImage(image: "tench/2.jpg", reason: "broken")]
    do {
      let study = try Study(at: folder.file("a.study"))
      let run = try study.begin(try description())
      try study.append([answers[0]], to: run, seconds: 1)
      try study.append([answers[1]], skipped: skipped, to: run, seconds: 2)
      let picture = try EncodedPicture(pngHeader(), name: "scene")
      try study.append(
        [Artifact(role: .scene, name: "tench/1.jpg", caption: "tench", picture: picture)], to: run)
      try study.finish(run)
    }
    let read = try Study(reading: folder.file("a.study"))
    let places = try read.recorded(PlaceResult.self)
    let found = try #require(places.first)
    #expect(places.count == 1)
    #expect(try read.artifacts(of: found.run).map(\.name) == ["tench/1.jpg"])
    let result = found.result
    #expect(result.answers == answers && result.skipped == skipped && result.question == question)
    #expect(result.rows == 2 && result.columns == 3 && result.trials == 12)
    #expect(result.successes == [2, 1, 0, 0, 1, 0])
    #expect(result.noiseSuccesses == [0, 0, 0, 0, 0, 2] && result.photoSuccesses == [0, 2, 0, 0, 0, 0])
    #expect(result.stickerCorrect == 2 + 5)
  }

  @Test func reportsAnswersForOtherPlaces() throws {
    let folder = try TemporaryFolder()
    let changes = [
      "UPDATE place_answers SET sticker = '1 2'", "UPDATE place_answers SET noise = '1 2 x 4 5 6'",
      "UPDATE place_answers SET place_columns = 4", "UPDATE place_answers SET place_columns = 0",
      "UPDATE runs SET options = '{}'",
    ]
    for (place, change) in changes.enumerated() {
      let study = try Study(at: folder.file("\(place).study"))
      try study.append([answer("1.jpg")], to: try study.begin(try description()))
      #expect(try study.results(PlaceResult.self).count == 1)
      try DatabaseQueue(path: study.path).write { try $0.execute(sql: change) }
      #expect(throws: StudyError.self, "\(change)") { try study.results(PlaceResult.self) }
    }
  }

  @Test func studiesOfTheVersionBeforeGetTheTable() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("old.study")
    try DatabaseQueue(path: path).write { try StudySchema.bringUpToDate($0, version: 8) }
    let study = try Study(at: path)
    try study.append([answer("1.jpg")], to: try study.begin(try description()))
    #expect(try study.results(PlaceResult.self).count == 1)
  }
}
