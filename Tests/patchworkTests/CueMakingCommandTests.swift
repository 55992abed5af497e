import Datasets
import Foundation
import Imaging
import Testing

extension CommandLineTests {
  /// `patchwork corpora make cue-conflict` and `stylised`.
  @Suite struct CueMakingCommands {
    private static let making = "corpora make cue-conflict --shapes corpus --textures corpus --size 32"

    private static func workspace(count: Int = 2) throws -> Workspace {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: count)
      return workspace
    }

    @Test(arguments: ["quilting", "phase-swap", "gatys --model bag.json --steps 3"])
    func stimuliAreMadeTheSameOnAnyNumberOfThreads(_ method: String) async throws {
      let workspace = try Self.workspace()
      let line = "\(Self.making) --method \(method)"
      let document = try await workspace.json(line + " --out one --threads 1 --sheet sheet.png")
      #expect(try document.root.integer("count") == 6 && document.root.integer("made") == 6)
      #expect(try document.root.text("sheet") == "sheet.png")
      try await workspace.succeed(line + " --out three --threads 3")
      let stimuli = try CueConflictStimuli(path: workspace.path("one"))
      #expect(stimuli.items.count == 6 && stimuli.items.allSatisfy(\.cues.isConflict))
      let named = try document.list("pictures").map { try $0.text("path") }
      #expect(Set(named) == Set(stimuli.items.map(\.relativePath)))
      for item in stimuli.items {
        let file = item.relativePath
        #expect(try workspace.data("one/\(file)") == workspace.data("three/\(file)"))
        let picture = try stimuli.picture(of: item)
        #expect(picture.width == 32 && picture.height == 32)
      }
      #expect(try Picture(contentsOf: workspace.path("sheet.png")).width == 2 * 102 + 36)
      document.expectWellKept()
    }

    @Test func theSameCommandGoesOnAndAnotherIsRefused() async throws {
      let workspace = try Self.workspace()
      let line = "\(Self.making) --method quilting --out made"
      try await workspace.succeed(line + " --count 4")
      let before = workspace.listing()
      let document = try await workspace.json(line + " --count 8 --threads 2")
      #expect(try document.root.integer("kept") == 4 && document.root.integer("made") == 4)
      #expect(workspace.listing().count == before.count + 4)
      try await workspace.expectFailure(
        line + " --count 8 --seed 1", code: 64, says: "made with seed 1", "some made with 0")
      try await workspace.expectFailure(
        "\(Self.making) --method phase-swap --out made", code: 64, says: "expected pictures made with")
      try await workspace.expectFailure(
        "\(Self.making) --method quilting --out corpus", code: 64,
        says: "corpus: expected a new or an empty folder")
    }

    @Test func aKilledRunEndsWithTheSameBytes() async throws {
      let workspace = try Self.workspace(count: 4)
      let line = "\(Self.making) --method quilting --size 96 --count 40 --out"
      let started = try StartedCommand(
        "\(line) killed".split(separator: " ").map(String.init), in: workspace.path)
      func done() -> Int {
        workspace.listing().keys.count { $0.hasPrefix("killed/") && $0.hasSuffix(".png") }
      }
      for _ in 0..<2400 where done() < 5 { try await Task.sleep(for: .milliseconds(25)) }
      started.send(SIGKILL)
      let killed = await started.finished()
      #expect(killed.exitCode == -SIGKILL)
      let left = done()
      #expect((5..<40).contains(left), "\(left) were made")
      let rest = try await workspace.json("\(line) killed")
      #expect(try rest.root.integer("kept") == left)
      try await workspace.succeed("\(line) whole")
      let whole = workspace.listing().keys.filter { $0.hasPrefix("whole/") }
      #expect(whole.count == 41)
      #expect(workspace.listing().keys.count { $0.hasPrefix("killed/") } == 41)
      for file in whole {
        let other = "killed/" + file.dropFirst("whole/".count)
        #expect(try workspace.data(file) == workspace.data(other), "\(file)")
      }
    }

    @Test func aCorpusIsStylisedUnderItsOwnNames() async throws {
      let workspace = try Self.workspace()
      let document = try await workspace.json(
        "corpora make stylised --pictures corpus --textures corpus/red --method quilting --size 32 --out made --limit 5"
      )
      #expect(try document.root.integer("made") == 5)
      #expect(workspace.exists("made/blue/0.png") && workspace.exists("made/red/0.png"))
      try await workspace.succeed("evaluate --model bag.json --corpus made")
    }

    @Test(arguments: [
      ("--shapes corpus --textures missing --out o", 66, "missing"),
      ("--shapes empty --textures corpus --out o", 65, "empty"),
      ("--shapes corpus --textures one --out o --mapping lone.csv", 65, "different categories"),
      ("--shapes numbered --textures corpus --out o", 64, "--mapping"),
      ("--shapes corpus --textures corpus --out o --count 1000", 64, "--count"),
      ("--shapes corpus --textures corpus --out o --size 8", 64, "32 to 2048"),
      ("--shapes corpus --textures corpus --out o --sheet s.gif", 64, ".png or .jpg"),
      ("--shapes corpus --textures corpus --out o --method paint", 64, "phase-swap"),
      ("--shapes corpus --textures corpus --out o --style-weight -1", 64, "--style-weight"),
      ("--shapes corpus --textures corpus --out o --method quilting --steps 4", 64, "--steps"),
      ("--shapes corpus --textures corpus --out o --model bag.json --style-layers conv9", 64, "conv9"),
      ("--shapes corpus --textures corpus --out o --model bag.json --content-layers fc", 64, "fc"),
      ("--shapes corpus --textures corpus --out o --model none.json", 66, "none.json"),
      ("--shapes corpus --textures corpus", 64, "--out"),
    ])
    func whatCannotBeMadeIsRefused(_ options: String, _ code: Int32, _ word: String) async throws {
      let workspace = try Self.workspace()
      try workspace.addFolder("empty")
      try workspace.addPicture("one/red/1.png")
      try workspace.addPicture("numbered/class1/1.png")
      try workspace.add("lone.csv", "class,category\nred,red\n")
      try await workspace.expectFailure(
        "corpora make cue-conflict --quiet \(options)"
          + (options.contains("--method") || options.contains("--model") ? "" : " --method quilting"),
        code: code, says: word)
    }
  }
}
