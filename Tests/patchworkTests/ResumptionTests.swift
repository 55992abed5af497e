import Foundation
import Probes
import Studies
import Testing

extension CommandLineTests {
  /// A run that was killed goes on where it stopped.
  @Suite struct Resumption {
    @Test func aKilledEvaluationGoesOnAndAnswersAsAnUninterruptedOne() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addSlowCorpus(count: 160, side: 1000)
      let line = "evaluate --model bag.json --corpus corpus --study killed.sqlite --json"
      let done = try await workspace.stop(line, study: "killed.sqlite", after: 16, of: 160, by: SIGKILL)

      // What is there already makes a page, which says that there is more to come.
      try await workspace.succeed("report killed.sqlite --out page.html")
      let page =
        try JSONSerialization.jsonObject(with: try workspace.data("page.json")) as? [String: Any] ?? [:]
      #expect(try page.list("accuracy")[0].integer("n") == done)
      #expect(try page.list("accuracy")[0]["complete"] as? Bool == false)

      let resumed = try await workspace.succeed(line)
      #expect(resumed.stderr.contains("going on after \(done) answers"), "\(resumed.stderr)")
      let whole = try await workspace.succeed(
        "evaluate --model bag.json --corpus corpus --study whole.sqlite --json")
      #expect(!whole.stderr.contains("going on"))
      #expect(resumed.stdout == whole.stdout)
      #expect(try JSONDocument(resumed.stdout).list("models")[0].integer("n") == 160)
      let (first, second) = (
        try answers(workspace.path("killed.sqlite")), try answers(workspace.path("whole.sqlite"))
      )
      #expect(first == second && first.count == 160)
      // A finished run is not taken up again.
      let again = try await workspace.succeed(line + " --limit 6")
      #expect(!again.stderr.contains("going on"))
    }

    @Test func anInterruptLeavesAStudyThatOtherOptionsDoNotGoOnWith() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addSlowCorpus(count: 120, side: 1000)
      let line = "evaluate --model bag.json --corpus corpus --study stopped.sqlite"
      _ = try await workspace.stop(line, study: "stopped.sqlite", after: 16, of: 120, by: SIGINT)
      let other = try await workspace.succeed(line + " --limit 20 --json")
      #expect(!other.stderr.contains("going on"))
      #expect(try JSONDocument(other.stdout).list("models")[0].integer("n") == 20)
      let resumed = try await workspace.succeed(line + " --json")
      #expect(resumed.stderr.contains("going on after"))
      #expect(try JSONDocument(resumed.stdout).list("models")[0].integer("n") == 120)
    }

    /// The first run's answers by image, as text.
    private func answers(_ path: String) throws -> [String: String] {
      let study = try Study(reading: path)
      let run = try #require(try study.runs().first)
      return Dictionary(
        uniqueKeysWithValues: try study.answers(ImageAnswer.self, of: run).map {
          ($0.image, "\($0.label) \($0.top)")
        })
    }
  }
}
