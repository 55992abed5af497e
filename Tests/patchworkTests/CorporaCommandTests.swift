import Datasets
import Foundation
import Imaging
import Silhouettes
import Testing

extension CommandLineTests {
  /// `patchwork corpora`.
  @Suite struct Corpora {
    @Test func theListNamesClassesAndConditions() async throws {
      let workspace = try Workspace()
      let text = try await workspace.succeed("corpora").stdout
      for condition in SilhouetteCondition.allCases { #expect(text.contains("  \(condition.rawValue) ")) }
      let corpora = try await workspace.json("corpora").list("corpora")
      let corpus = try #require(corpora.first)
      #expect(try corpus.text("name") == "silhouettes")
      #expect(corpus["classes"] as? [String] == EntryLevelCategories.names)
      #expect(
        try corpus.list("conditions").map { try $0.text("name") }
          == SilhouetteCondition.allCases.map(\.rawValue))
    }

    @Test func whatIsWrittenIsWhatTheSeedGives() async throws {
      let workspace = try Workspace()
      try await workspace.succeed(
        "corpora make silhouettes --condition cue-conflict --count 40 --size 32 --seed 3 --out made")
      let corpus = try SilhouetteCorpus(condition: .cueConflict, count: 40, size: 32, seed: 3)
      let expected = (0..<40).map { "made/\(corpus.classes[corpus.label($0)])/\(corpus.name($0))" }
      #expect(Set(workspace.listing().keys) == Set(expected))
      for (index, file) in expected.enumerated() {
        #expect(try Picture(contentsOf: workspace.path(file)) == corpus.picture(index))
      }
      let stimuli = try CueConflictStimuli(path: workspace.path("made"))
      #expect(stimuli.items.count == 40 && stimuli.items.allSatisfy(\.cues.isConflict))
    }

    @Test func threadsDoNotChangeAByte() async throws {
      let workspace = try Workspace()
      try await workspace.succeed("corpora make silhouettes --per-class 2 --size 32 --threads 1 --out one")
      try await workspace.succeed("corpora make silhouettes --per-class 2 --size 32 --threads 3 --out three")
      let files = workspace.listing().keys.filter { $0.hasPrefix("one/") }
      #expect(files.count == 32)
      for file in files {
        #expect(try workspace.data(file) == workspace.data("three/" + file.dropFirst("one/".count)))
      }
    }

    @Test func theDocumentSaysWhatWasMade() async throws {
      let workspace = try Workspace()
      try workspace.addFolder("made")
      let document = try await workspace.json(
        "corpora make silhouettes --condition shape-only --size 16 --seed 8 --per-class 1 --out made")
      #expect(try document.root.text("condition") == "shape-only")
      #expect(try document.root.text("out") == "made")
      #expect(document["count"] as? Int == 16 && document["size"] as? Int == 16)
      #expect(document["seed"] as? Int == 8)
      #expect(workspace.listing().count == 16)
    }

    @Test func aFolderThatCannotBeMadeLeavesNothing() async throws {
      let workspace = try Workspace()
      try workspace.add("file", "text")
      try await workspace.expectFailure(
        "corpora make silhouettes --count 16 --size 16 --out file/made", code: 1, says: "cannot be written")
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func anInterruptionLeavesNothing(_ signal: Int32) async throws {
      let workspace = try Workspace()
      let command = try StartedCommand(
        ["corpora", "make", "silhouettes", "--per-class", "1000", "--out", "made"], in: workspace.path)
      // A look at the folder alone: to list what is being written might not end before the writing does.
      func hasBegun() throws -> Bool {
        try !FileManager.default.contentsOfDirectory(atPath: workspace.path).isEmpty
      }
      for _ in 0..<600 where try !hasBegun() { try await Task.sleep(for: .milliseconds(50)) }
      #expect(try hasBegun(), "nothing was written within half a minute")
      command.send(signal)
      let run = await command.finished()
      #expect(run.exitCode == -signal, "\(run.stderr)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path).isEmpty)
    }
  }
}
