import Checkpoints
import Foundation
import Imaging
import Studies
import Testing

extension CommandLineTests {
  /// `patchwork localise`.
  @Suite struct Localise {
    private static let drawn = "silhouettes:cue-conflict,count=24,size=96,seed=3"

    @Test func measuresDrawnStimuliAndDrawsMaps() async throws {
      let workspace = try Workspace()
      let line = "localise --model bagnet9/silhouettes bagnet17/silhouettes --stimuli \(Self.drawn)"
      let document = try await workspace.json(
        line + " --maps maps --map-count 2 --study s.sqlite --threads 2")
      document.expectWellKept()
      let models = try document.list("models")
      for model in models {
        #expect(try model.integer("n") == 24 && model.integer("skipped") == 0)
        let regions = try model.list("regions")
        #expect(try regions.reduce(0) { try $0 + $1.number("cell_share") } > 0.999)
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: workspace.path("maps")).sorted()
      #expect(files.count == 6 && files.filter { $0.hasSuffix(".png") }.count == 4)
      let numbers = try #require(files.first { $0.hasSuffix("cells.safetensors") })
      let cells = try Checkpoint.read(workspace.path("maps/\(numbers)")).tensors
      #expect(cells.count == 2 && cells.values.allSatisfy { $0.shape.rank == 2 })
      let again = try await workspace.json(line + " --threads 1")
      #expect(again.text == document.text)
      let table = try await workspace.succeed(line + " --quiet")
      #expect(table.stdout.contains("outline") && table.stdout.contains("cells for the shape"))
      let page = try await workspace.succeed("report s.sqlite --out page.html")
      #expect(page.exitCode == 0)
      let html = String(decoding: try workspace.data("page.html"), as: UTF8.self)
      #expect(html.contains("id=\"figure-local-conflict\""))
    }

    @Test func aKilledRunGoesOnAndAnswersAsAnUninterruptedOne() async throws {
      let workspace = try Workspace()
      try await workspace.checkResumption(
        "localise --model bagnet9/silhouettes --stimuli silhouettes:cue-conflict,count=480,seed=1 "
          + "--study killed.sqlite --json", after: 32, of: 480)
    }

    @Test func saysWhatItNeeds() async throws {
      let workspace = try Workspace()
      try workspace.addModel("resnet18", card: "res.json")
      try await workspace.expectFailure(
        "localise --model res.json --stimuli \(Self.drawn)", code: 64, says: "res", "BagNet")
      try await workspace.expectFailure(
        "localise --model bagnet9/silhouettes --stimuli \(Self.drawn) --silhouettes shapes", code: 64,
        says: "leave it out")
      try await workspace.expectFailure(
        "localise --model bagnet9/silhouettes --stimuli \(Self.drawn) --map-count 3", code: 64, says: "--maps"
      )
      try workspace.addFolder("stimuli")
      try Picture(width: 96, height: 96, red: 9, green: 9, blue: 9).writePNG(
        to: workspace.path("stimuli/cat1-dog1.png"))
      try await workspace.expectFailure(
        "localise --model bagnet9/silhouettes --stimuli stimuli", code: 64, says: "--silhouettes")
      try await workspace.expectFailure(
        "localise --model bagnet9/silhouettes --stimuli stimuli --silhouettes gone", code: 66, says: "gone")
      try workspace.add("shapes/cat1.png", "no picture")
      let run = try await workspace.json(
        "localise --model bagnet9/silhouettes --stimuli stimuli --silhouettes shapes --quiet")
      #expect(try run.list("models")[0].integer("skipped") == 1)
    }
  }
}
