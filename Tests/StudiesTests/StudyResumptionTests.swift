import Foundation
import Models
import Probes
import Testing

@testable import Studies

/// An interrupted run goes on where it stopped, and only where it asks the same.
struct StudyResumptionTests {
  @Test func continuesAnInterruptedRunAfterReopening() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.study")
    let first = try Study(at: path).begin(runDescription(.accuracy))
    try Study(at: path).append(
      [ImageAnswer(image: "1", label: 0, top: [0])], skipped: [SkippedImage(image: "2", reason: "broken")],
      to: first, seconds: 1)

    let study = try Study(at: path)
    var description = runDescription(.accuracy)
    description.threads = 8
    description.command = "patchwork evaluate  --limit 10"
    let resumed = try #require(try study.resume(description))
    #expect(resumed.id == first.id)
    #expect(resumed.resumptions == 1)
    #expect(try study.itemsDone(ImageAnswer.self, in: resumed) == ["1", "2"])
    try study.append([ImageAnswer(image: "3", label: 0, top: [1])], to: resumed, seconds: 2)
    try study.finish(resumed)
    #expect(try study.results(AccuracyResult.self).first?.answers.map(\.image) == ["1", "3"])
    #expect(try study.run(first.id).seconds == 3)
  }

  @Test func startsAfreshWhereNothingWasInterrupted() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    let description = runDescription(.accuracy)
    #expect(try study.resume(description) == nil)
    let run = try study.resumeOrBegin(description)
    #expect(run.resumptions == 0)
    try study.finish(run)
    #expect(try study.resume(description) == nil)
    #expect(try study.resumeOrBegin(description).id != run.id)
  }

  @Test func doesNotContinueARunThatAskedSomethingElse() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    let run = try study.begin(runDescription(.sticker, target: 1))
    var others = [
      runDescription(.accuracy, target: 1),
      runDescription(.sticker, target: 0),
      runDescription(.sticker, target: nil),
      runDescription(.sticker, target: 1, seed: 0),
      runDescription(.sticker, target: 1, options: ["corpus": "val", "limit": "11"]),
      runDescription(.sticker, model: modelRecord(weights: "b"), target: 1),
    ]
    others.append(runDescription(.sticker, target: 1))
    others[6].toolVersion = "0.2.0"
    for other in others { #expect(try study.resume(other) == nil) }
    #expect(try study.resume(runDescription(.sticker, target: 1))?.id == run.id)
  }

  @Test func refusesAnswersToARunItDoesNotHold() throws {
    let folder = try TemporaryFolder()
    let one = try Study(at: folder.file("one.study"))
    let two = try Study(at: folder.file("two.study"))
    let run = try one.begin(runDescription(.accuracy))
    #expect(throws: StudyError.unknownRun(path: two.path, id: run.id)) { try two.finish(run) }
  }
}
