import Checkpoints
import Foundation
import Imaging
import Probes
import Studies
import Testing

extension CommandLineTests {
  /// `patchwork heatmap` for several networks, and its overlays.
  @Suite struct Heatmaps {
    @Test func severalNetworksShareOneScale() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addModel("resnet18", card: "res.json")
      try workspace.addPicture()
      let line = "heatmap --image photo.png --class red --method saliency --overlay none"
      let both = try await workspace.json("\(line) --model bag.json res.json --out both.png")
      both.expectWellKept()
      let models = try both.list("models")
      #expect(try models.map { try $0.text("name") } == ["tiny-bagnet9", "tiny-resnet18"])
      let scale = SignedColourScale(limit: Float(try both.number("scale_limit")))
      let sheet = try Picture(contentsOf: workspace.path("both.png"))
      // Panels of 41 × 11 pixels, 16 apart.
      #expect(sheet.width == 2 * 451 + 3 * 16)
      var all: [[Float]] = []
      for (place, card) in ["bag.json", "res.json"].enumerated() {
        let alone = try await workspace.json(
          "\(line) --model \(card) --out alone.png --values alone.safetensors")
        #expect(alone.root.isNull("map_sum_logit") && alone["models"] == nil)
        #expect(try alone.number("map_sum") == models[place].number("map_sum"))
        let values = try #require(Checkpoint.read(workspace.path("alone.safetensors")).tensors["values"])
        all.append(values.elements)
        for (row, column) in [(0, 0), (20, 20), (7, 33), (40, 40), (31, 5)] {
          let colour = scale.colour(of: values[row, column])
          for channel in 0..<3 {
            let drawn = sheet[
              x: 16 + place * 467 + column * 11 + 5, y: 16 + row * 11 + 5, channel: channel]
            #expect(abs(Float(drawn) - colour[channel] * 255) <= 0.51)
          }
        }
      }
      let expected = SignedColourScale(sharedBy: all).limit
      #expect(abs(scale.limit - expected) < 1e-5 * expected)
    }

    @Test func bagNetsStandBesideOneAnotherByTheirEvidence() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addModel(card: "other.json", name: "other")
      try workspace.addPicture()
      let line = "heatmap --model bag.json other.json --image photo.png --out both.png"
      let document = try await workspace.json("\(line) --study study.sqlite")
      for model in try document.list("models") {
        // The first network's answer.
        #expect(try model.text("class_name") == "green" && model.text("method") == "evidence")
        #expect(try abs(model.number("map_sum_logit") - model.number("logit")) < 1e-4)
      }
      let maps = try Study(reading: workspace.path("study.sqlite")).results(EvidenceResult.self).flatMap(
        \.maps
      ).map(\.map.model)
      #expect(maps == ["tiny-bagnet9", "other"])
      let text = try await workspace.succeed(line)
      let lines = text.stdout.split(separator: "\n")
      #expect(lines.count == 4 && lines[0].hasPrefix("tiny-bagnet9: green") && lines[1].hasPrefix("other: "))
      #expect(lines[2].hasPrefix("one scale, from -"))
      // One network has neither bar nor list.
      let alone = try await workspace.json("heatmap --model bag.json --image photo.png --out alone.png")
      #expect(alone["models"] == nil && alone["scale_limit"] == nil)
      #expect(try Picture(contentsOf: workspace.path("alone.png")).width == 451)
    }

    @Test func overlaysDiffer() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      // Half light, half dark: something to draw a line round.
      var photo = TinyPictures.picture(of: "green", number: 4)
      for place in 0..<24 * 48 * 3 {
        photo[x: place / 3 % 48, y: place / 144, channel: place % 3] /= 4
      }
      try workspace.add("photo.png", try photo.pngData())
      var drawn: Set<Data> = []
      for overlay in ["edges", "picture", "none"] {
        try await workspace.succeed(
          "heatmap --model bag.json --image photo.png --overlay \(overlay) --out \(overlay).png")
        drawn.insert(try workspace.data("\(overlay).png"))
      }
      #expect(drawn.count == 3)
      try await workspace.succeed("heatmap --model bag.json --image photo.png --out map.png")
      #expect(try workspace.data("map.png") == workspace.data("edges.png"))
      try await workspace.expectFailure(
        "heatmap --model bag.json --image photo.png --overlay all --out o.png", code: 64, says: "edges")
    }

    @Test func mapsOfDifferentKindsShareNoScale() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addModel("resnet18", card: "res.json")
      try workspace.addPicture()
      let line = "heatmap --model bag.json res.json --image photo.png --out both.png"
      try await workspace.expectFailure(line, code: 64, says: "tiny-resnet18", "--method")
      try await workspace.expectFailure(
        "\(line) --method saliency --values v.safetensors", code: 64, says: "--values")
      try await workspace.expectFailure(
        "heatmap --image photo.png --out both.png", code: 64, says: "--model")
    }
  }
}
