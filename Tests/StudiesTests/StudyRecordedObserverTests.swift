import Probes
import Testing

@testable import Studies

/// Observers that a study knows by recorded answers.
struct StudyRecordedObserverTests {
  private func result(_ responses: [String]) -> TextureBiasResult {
    TextureBiasResult(
      observer: "alexnet", kind: .network,
      answers: responses.enumerated().map { place, response in
        CueConflictAnswer(stimulus: "cat\(place)-dog1.png", shape: "cat", texture: "dog", response: response)
      })
  }

  /// - Parameter keepsDigest: whether the run says what was answered, as those of earlier releases do not.
  private func record(_ result: TextureBiasResult, in study: Study, file: String, keepsDigest: Bool = true)
    throws
  {
    var options = ["responses": file]
    if keepsDigest { options[RunDescription.responsesDigestOption] = result.answersDigest }
    let run = try study.begin(
      RunDescription(
        kind: .textureBias, observer: result.observer, observerKind: result.kind, command: "patchwork",
        seed: 0,
        threads: 1, processor: "Zen 4", options: options, toolVersion: "0.1.0"))
    try study.append(result.answers, to: run)
    try study.finish(run)
  }

  @Test func differentAnswersUnderOneNameAreTwoObservers() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    let (first, second) = (result(["cat", "dog"]), result(["dog", "dog"]))
    try record(first, in: study, file: "first.csv")
    try record(second, in: study, file: "second.csv")
    #expect(try study.recorded(TextureBiasResult.self).map(\.result) == [first, second])
    // The same again, from another place: the later run stands for both.
    try record(first, in: study, file: "copy.csv")
    #expect(try study.recorded(TextureBiasResult.self).map(\.result) == [first, second])
    #expect(try study.recorded(TextureBiasResult.self).map(\.run.id) == [3, 2])
  }

  @Test func recordedAnswersOfEarlierReleasesAreKnownByWhatWasAnswered() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    let (first, second) = (result(["cat", "dog"]), result(["dog", "dog"]))
    try record(first, in: study, file: "first.csv", keepsDigest: false)
    try record(second, in: study, file: "first.csv")
    try record(first, in: study, file: "first.csv")
    #expect(try study.recorded(TextureBiasResult.self).map(\.run.id) == [3, 2])
  }

  @Test func theDigestIsOfTheAnswersInAnyOrder() {
    let one = result(["cat", "dog", "na"])
    var other = one
    other.answers.reverse()
    #expect(one.answersDigest == other.answersDigest && one.answersDigest.count == 64)
    other.answers[0].response = "cat"
    #expect(one.answersDigest != other.answersDigest)
    other = one
    other.answers[0].stimulus = "cat9-dog1.png"
    #expect(one.answersDigest != other.answersDigest)
  }
}
