import Foundation
import Probes
import Studies
import Testing

extension CommandLineTests {
  /// `sticker areas` and `sticker transfer`.
  @Suite struct StickerSweeps {
    private static func workspace() throws -> Workspace {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addModel("resnet18", card: "res.json")
      try workspace.addCorpus(count: 12)
      return workspace
    }

    private static let options = "--corpus corpus --target red --steps 6 --batch 4 --quiet"

    @Test func aStickerOfEachAreaIsMadeAndTested() async throws {
      let workspace = try Self.workspace()
      let document = try await workspace.json(
        "sticker areas --model bag.json res.json \(Self.options) --areas 0.3 0.05 --mask circle --out out "
          + "--study s.study")
      document.expectWellKept()
      let points = try document.list("areas")
      #expect(try points.map { try $0.number("area") } == [0.05, 0.3])
      // A circle of a twentieth of 41 × 41 pixels: 41 · √(0.05 · 4 / π) = 10.3.
      #expect(try points[0].integer("side") == 10 && points[0].text("sticker") == "out/area-0.05/sticker.png")
      #expect(
        try points.allSatisfy {
          try $0.list("models").map { try $0.text("name") } == ["tiny-bagnet9", "tiny-resnet18"]
        })
      let left = workspace.listing().keys.filter { $0.hasPrefix("out/") }.sorted()
      #expect(
        left == ["0.05", "0.3"].flatMap { ["out/area-\($0)/sticker.json", "out/area-\($0)/sticker.png"] })
      // What was made is what 'sticker make' makes.
      try await workspace.succeed(
        "sticker make --model bag.json res.json \(Self.options) --area 0.3 --mask circle --out alone")
      #expect(try workspace.data("alone/sticker.png") == workspace.data("out/area-0.3/sticker.png"))
      let study = try Study(reading: workspace.path("s.study"))
      let swept = try study.recorded(StickerResult.self).compactMap { try SweptSticker($0, in: study) }
      #expect(swept.map(\.area) == [0.05, 0.05, 0.3, 0.3])
      #expect(swept.allSatisfy { $0.sweep == .areas && $0.madeOn == "tiny-bagnet9 + tiny-resnet18" })
      #expect(swept.allSatisfy { $0.gallery.map(\.role) == [.before, .after] })
      #expect(Set(swept.map { $0.gallery.first?.picture }).count == 1)
      #expect(try study.results(StickerResult.self).count == swept.count)
      try await workspace.succeed("report s.study --out page.html")
      #expect(
        String(decoding: try workspace.data("page.html"), as: UTF8.self).contains("Success against area"))
    }

    @Test func aStickerMadeOnEachNetworkIsTestedOnAll() async throws {
      let workspace = try Self.workspace()
      let line = "sticker transfer --model bag.json res.json \(Self.options) --side 14 --out out"
      let rows = try await workspace.json(line).list("transfer")
      #expect(try rows.map { try $0.text("made_on") } == ["tiny-bagnet9", "tiny-resnet18"])
      for row in rows {
        let models = try row.list("models")
        #expect(try models.map { try $0.text("name") } == ["tiny-bagnet9", "tiny-resnet18"])
        let controls = try zip(models, rows[0].list("models")).map {
          try ($0.number("control_noise"), $1.number("control_noise"))
        }
        #expect(controls.allSatisfy { $0 == $1 })
      }
      try await workspace.succeed("sticker make --model res.json \(Self.options) --side 14 --out alone")
      #expect(
        try workspace.data("alone/sticker.png") == workspace.data("out/made-on-tiny-resnet18/sticker.png"))
      let text = try await workspace.succeed(line)
      let lines = text.stdout.split(separator: "\n")
      #expect(
        lines.count == 5 && lines[0].hasPrefix("made on \\ tested on") && lines[4].hasPrefix("control: photo")
      )
    }

    @Test func areasThatAreNoneAreRefused() async throws {
      let workspace = try Self.workspace()
      for areas in ["0", "1", "0.1 0.1", "half"] {
        try await workspace.expectFailure(
          "sticker areas --model bag.json \(Self.options) --areas \(areas) --out out", code: 64, says: "areas"
        )
      }
    }
  }
}
