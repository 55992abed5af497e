import Foundation
import Imaging
import Probes
import Studies
import Testing

extension CommandLineTests {
  /// `sticker test --positions worst` and `all`.
  @Suite struct StickerPlaces {
    private func workspace() throws -> Workspace {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addModel("resnet18", card: "res.json")
      try workspace.addCorpus(count: 2)
      try workspace.addSticker(side: 20)
      return workspace
    }

    private static let test = "sticker test --sticker sticker.png --corpus corpus --target red"

    @Test func theMapHoldsTheShareAtEachPlace() async throws {
      let workspace = try workspace()
      let document = try await workspace.json(
        Self.test + " --model bag.json --positions all --position-stride 7 --out places.png")
      document.expectWellKept()
      let model = try document.list("models")[0]
      let positions = try #require(model["positions"] as? [String: Any])
      #expect(try positions.integer("stride") == 7)
      #expect(try positions.integer("rows") == 4 && positions.integer("columns") == 4)
      #expect(try model.integer("n") == 4)
      for key in ["success", "control_noise", "control_photo"] {
        let map = try #require(positions[key] as? [[Double]])
        #expect(map.count == 4 && map.allSatisfy { $0.count == 4 })
        let mean = map.joined().reduce(0, +) / 16
        #expect(try abs(mean - model.number(key)) < 1e-9, "\(key)")
      }
      let drawn = try Picture(contentsOf: workspace.path("places.png"))
      #expect(drawn.width >= 448 && drawn.width == drawn.height)
      let table = try await workspace.succeed(
        Self.test + " --model bag.json --positions all --position-stride 21")
      #expect(table.stdout.contains("2 × 2") && table.stderr.isEmpty)
    }

    @Test func theMapIsKeptWithAPictureAndShown() async throws {
      let workspace = try workspace()
      let line = Self.test + " --model bag.json res.json --positions all --position-stride 7"
      let document = try await workspace.json(line + " --study study.sqlite --quiet")
      let plain = try await workspace.json(line + " --quiet")
      #expect(try document.list("models")[1].number("success") == plain.list("models")[1].number("success"))
      let study = try Study(reading: workspace.path("study.sqlite"))
      let places = try study.recorded(PlaceResult.self)
      #expect(places.map(\.result.model) == ["tiny-bagnet9", "tiny-resnet18"])
      for (place, model) in zip(places, try document.list("models")) {
        let result = place.result
        let success = Double(result.successes.reduce(0, +)) / Double(result.trials)
        #expect(try abs(success - model.number("success")) < 1e-12)
        let scene = try #require(study.artifacts(of: place.run).first { $0.role == .scene })
        #expect(scene.picture.width == scene.picture.height && scene.name == result.answers.first?.image)
        #expect(result.question.width == 20 && (20 + 7 * 3...20 + 7 * 4).contains(scene.picture.width))
      }
      try await workspace.succeed("report study.sqlite --out report.html")
      let page = String(decoding: try workspace.data("report.html"), as: UTF8.self)
      #expect(page.contains("id=\"figure-places-2\""))
      try await workspace.succeed("study export study.sqlite --csv --out tables")
      let table = String(decoding: try workspace.data("tables/places.csv"), as: UTF8.self)
      let lines = table.split(separator: "\n")
      #expect(lines.count == 129, "a header, two networks, four pictures, sixteen places")
    }

    @Test func aKilledMapGoesOnToTheSameEnd() async throws {
      let workspace = try Workspace()
      try workspace.addModel("resnet18", card: "res.json")
      try workspace.addCorpus(count: 20)
      try workspace.addSticker(side: 20)
      try await workspace.checkResumption(
        Self.test
          + " --model res.json --positions all --position-stride 7 --study killed.sqlite --json --threads 1",
        after: 3, of: 40)
    }

    @Test func theWorstPlaceBeatsARandomOneAndIsRecorded() async throws {
      let workspace = try workspace()
      let worst = try await workspace.json(
        Self.test + " --model bag.json res.json --positions worst --position-stride 3 --study study.sqlite")
      worst.expectWellKept()
      let random = try await workspace.json(Self.test + " --model bag.json res.json")
      for (one, other) in zip(try worst.list("models"), try random.list("models")) {
        #expect(try one.integer("n") == other.integer("n"))
        #expect(try one.number("success") >= other.number("success"))
        #expect(try one.number("clean_top1") == other.number("clean_top1"))
      }
      try await workspace.succeed("report study.sqlite --out report.html")
      #expect(try !workspace.data("report.html").isEmpty)
      let fewer = try await workspace.json(
        Self.test + " --model bag.json --positions worst --position-stride 21 --threads 1")
      #expect(
        try fewer.list("models")[0].number("success") <= worst.list("models")[0].number("success"))
    }

    @Test func aNetworkThatSeesEverythingSaysWhatItCostsFirst() async throws {
      let workspace = try workspace()
      let run = try await workspace.succeed(
        Self.test + " --model res.json --positions all --position-stride 11 --limit 2")
      let lines = run.stderr.split(separator: "\n")
      try #require(lines.count == 2, "\(run.stderr)")
      #expect(lines[0].contains("2 pictures × 4 places × 3 stickers are 24 full passes;"), "\(lines[0])")
      #expect(lines[1].contains(/about \d+ s for 24 full passes/), "\(lines[1])")
      let worst = try await workspace.succeed(
        Self.test + " --model res.json --positions worst --position-stride 11 --limit 2")
      #expect(worst.stderr.contains("2 pictures × 4 places are 8 full passes;"), "\(worst.stderr)")
      let quiet = try await workspace.succeed(
        Self.test + " --model res.json --positions all --position-stride 11 --limit 2 --quiet")
      #expect(quiet.stderr.isEmpty)
    }
  }
}
