import Foundation
import Testing

@testable import Studies

/// Studies that earlier releases wrote, as files of those days: `Golden/README.md` says how they came to be.
struct ReleaseStudyTests {
  /// What one kind of run holds in a study, counted by another reader of SQLite.
  struct Count: Equatable {
    var runs = 0
    var answers = 0
  }

  /// Of release 0.1.0.
  private static let expected: [String: Count] = [
    "accuracy": Count(runs: 3, answers: 37), "attribution": Count(runs: 1, answers: 2),
    "corruptions": Count(runs: 2, answers: 4), "distortions": Count(runs: 2, answers: 4),
    "evidence": Count(runs: 1, answers: 1), "evidence-patches": Count(runs: 1, answers: 3),
    "interactions": Count(runs: 2, answers: 4), "local-conflict": Count(runs: 1, answers: 2),
    "perturbations": Count(runs: 9, answers: 18), "places": Count(runs: 2, answers: 4),
    "sensitivity": Count(runs: 2, answers: 4), "shuffling": Count(runs: 2, answers: 4),
    "single-cue": Count(runs: 4, answers: 8), "sticker": Count(runs: 10, answers: 33),
    "texture-bias": Count(runs: 5, answers: 20),
  ]

  /// Opens a copy: reading brings a study's form up to date, and the file here is to stay as it is.
  private func release(in folder: TemporaryFolder) throws -> Study {
    let copy = folder.file("release-0.1.0.sqlite")
    try FileManager.default.copyItem(
      at: try #require(
        Bundle.module.url(forResource: "release-0.1.0", withExtension: "sqlite", subdirectory: "Golden")),
      to: URL(fileURLWithPath: copy))
    return try Study(reading: copy)
  }

  @Test func everyRunAndAnswerOfTheFirstReleaseIsRead() throws {
    let folder = try TemporaryFolder()
    let study = try release(in: folder)
    let (runs, answers) = (try study.runs(), try study.answerCounts())
    #expect(runs.count == 47)
    var found: [String: Count] = [:]
    for run in runs {
      #expect(run.finished != nil && run.description.toolVersion == "0.1.0")
      #expect(try study.answerCount(of: run) == answers[run.id], "run \(run.id)")
      found[run.description.kind.rawValue, default: Count()].runs += 1
      found[run.description.kind.rawValue, default: Count()].answers += answers[run.id] ?? 0
    }
    #expect(found == Self.expected)
    #expect(try study.models().map(\.card.name) == ["bagnet9/silhouettes", "alexnet/silhouettes"])
    #expect(try runs.reduce(0) { try $0 + study.artifacts(of: $1).count } == 62)
  }

  /// Run by run what that release's own report said.
  @Test func everyRunSaysWhatItSaidThen() throws {
    let folder = try TemporaryFolder()
    let study = try release(in: folder)
    let url = try #require(
      Bundle.module.url(forResource: "release-0.1.0.report", withExtension: "json", subdirectory: "Golden"))
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    let told = try #require(report["runs"] as? [[String: Any]])
    let answers = try study.answerCounts()
    let runs = try study.runs()
    #expect(told.count == runs.count)
    for (run, told) in zip(runs, told) {
      let description = run.description
      #expect(told["id"] as? Int == Int(run.id))
      #expect(told["kind"] as? String == description.kind.rawValue)
      #expect(told["name"] as? String == description.observer)
      #expect(told["command"] as? String == description.command)
      #expect(told["options"] as? [String: String] == description.options)
      #expect(told["n"] as? Int == answers[run.id])
      let skipped = (told["skipped"] as? [[String: String]] ?? []).map { $0["image"] }
      #expect(try study.skipped(of: run).map(\.image) == skipped)
    }
    #expect(told.count { ($0["skipped"] as? [Any])?.isEmpty == false } == 2)
  }
}
