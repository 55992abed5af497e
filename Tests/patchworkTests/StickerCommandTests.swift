import Foundation
import Imaging
import Testing

extension CommandLineTests {
  /// `sticker make`, `sticker test` and `sticker apply`.
  @Suite struct StickerCommands {
    private static let make =
      "sticker make --model bag.json --corpus corpus --target red --side 18 --steps 12"

    @Test func theSameSeedGivesTheSameBytesOnAnyNumberOfThreads() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 10)
      let one = try await workspace.json(Self.make + " --seed 5 --threads 1 --out one")
      let two = try await workspace.json(Self.make + " --seed 5 --threads 2 --out two")
      try await workspace.succeed(Self.make + " --seed 6 --threads 2 --out other")
      #expect(try workspace.data("one/sticker.png") == workspace.data("two/sticker.png"))
      #expect(try workspace.data("one/sticker.json") == workspace.data("two/sticker.json"))
      #expect(try workspace.data("one/sticker.png") != workspace.data("other/sticker.png"))
      #expect(try NSArray(array: one.list("models")) == NSArray(array: two.list("models")))
      let partial = workspace.listing().keys.filter { $0.contains("partial") }
      #expect(partial.isEmpty)
    }

    @Test func makingSaysWhatWasMadeAndHowItFared() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addModel("resnet18", card: "res.json")
      try workspace.addCorpus("corpus/train", count: 8)
      try workspace.addCorpus("corpus/val", count: 5, first: 100)
      let document = try await workspace.json(
        "sticker make --model bag.json res.json --corpus corpus --target red --side 28 --steps 80 --out s")
      document.expectWellKept()
      #expect(document["sticker"] as? String == "s/sticker.png")
      #expect(try document.number("seconds") > 0 && document.root.integer("steps") == 80)
      let models = try document.list("models")
      #expect(try models.map { try $0.text("name") } == ["tiny-bagnet9", "tiny-resnet18"])
      for model in models {
        #expect(try model.integer("n") == 10 && model.integer("n_all") == 15)
        for key in ["success", "control_noise", "control_photo", "clean_top1", "sticker_top1"] {
          #expect(try (0...1).contains(model.number(key)), "\(key)")
        }
        #expect(try model.number("clean_top1") > 0.8)
      }
      // Half of the picture, made for these networks, beats noise of the same size.
      #expect(try models[0].number("success") > models[0].number("control_noise"), "\(document.text)")
      let drawn = try Picture(contentsOf: workspace.path("s/sticker.png"), alpha: .kept)
      #expect(drawn.width == 28 && drawn.height == 28)
      #expect(Set(drawn.bytes).count > 8)
      let card =
        try JSONSerialization.jsonObject(with: try workspace.data("s/sticker.json")) as? [String: Any] ?? [:]
      #expect(try card.text("target") == "c_red" && card.integer("side") == 28 && card.integer("seed") == 0)

      // Testing the file gives what making said, with the target read from the file beside it.
      let tested = try await workspace.json(
        "sticker test --sticker s/sticker.png --model bag.json res.json --corpus corpus/val")
      tested.expectWellKept()
      #expect(try NSArray(array: tested.list("models")) == NSArray(array: models))
      let other = try await workspace.json(
        "sticker test --sticker s/sticker.png --model bag.json --corpus corpus/val --target blue")
      #expect(try other.list("models")[0].number("success") < 0.5)
      let any = try await workspace.json(
        "sticker test --sticker s/sticker.png --model bag.json --corpus corpus/val --untargeted")
      #expect(try any.list("models")[0].integer("n") == 15)
    }

    @Test func anUntargetedStickerIsMadeAndTested() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 6)
      let document = try await workspace.json(
        "sticker make --model bag.json --corpus corpus --untargeted --area 0.2 --mask circle --loss margin "
          + "--rotation 10 --steps 4 --out s")
      #expect(try document.list("models")[0].integer("n") == document.list("models")[0].integer("n_all"))
      let drawn = try Picture(contentsOf: workspace.path("s/sticker.png"), alpha: .kept)
      let alphas = Set(stride(from: 3, to: drawn.bytes.count, by: 4).map { drawn.bytes[$0] })
      #expect(alphas.contains(0) && alphas.contains(255))
      let tested = try await workspace.json(
        "sticker test --sticker s/sticker.png --model bag.json --corpus corpus")
      #expect(try tested.list("models")[0].integer("n") == 18)
    }

    @Test func applyingChangesThePixelsUnderTheStickerAndNoOthers() async throws {
      let workspace = try Workspace()
      try workspace.addPicture()
      try workspace.addSticker(side: 8)
      let document = try await workspace.json(
        "sticker apply --sticker sticker.png --image photo.png --at 30,5 --out stuck.png")
      document.expectWellKept()
      let (photo, stuck) = (
        try Picture(contentsOf: workspace.path("photo.png")),
        try Picture(contentsOf: workspace.path("stuck.png"))
      )
      let sticker = try Picture(contentsOf: workspace.path("sticker.png"))
      #expect(stuck.width == photo.width && stuck.height == photo.height)
      for y in 0..<photo.height {
        for x in 0..<photo.width {
          let inside = (30..<38).contains(x) && (5..<13).contains(y)
          for channel in 0..<3 {
            let expected =
              inside
              ? sticker[x: x - 30, y: y - 5, channel: channel] : photo[x: x, y: y, channel: channel]
            #expect(stuck[x: x, y: y, channel: channel] == expected, "\(x), \(y)")
          }
        }
      }
    }

    @Test func aStickerTurnedAndEnlargedReachesNoFurtherThanItsDiagonal() async throws {
      let workspace = try Workspace()
      try workspace.addPicture()
      try workspace.addSticker(side: 8)
      try await workspace.succeed(
        "sticker apply --sticker sticker.png --image photo.png --at 20,20 --rotate 30 --scale 1.5 --out stuck.png"
      )
      let (photo, stuck) = (
        try Picture(contentsOf: workspace.path("photo.png")),
        try Picture(contentsOf: workspace.path("stuck.png"))
      )
      var changed = 0
      for y in 0..<photo.height {
        for x in 0..<photo.width {
          let same = (0..<3).allSatisfy {
            photo[x: x, y: y, channel: $0] == stuck[x: x, y: y, channel: $0]
          }
          if !same { changed += 1 }
          let away = max(abs(Double(x) + 0.5 - 26), abs(Double(y) + 0.5 - 26))
          if away > 10 { #expect(same, "\(x), \(y)") }
        }
      }
      #expect((100...220).contains(changed), "\(changed) pixels changed; 144 are covered")
    }

    @Test func aStickerOverTheEdgeIsCutOffAndOneBesideThePictureIsSaid() async throws {
      let workspace = try Workspace()
      try workspace.addPicture()
      try workspace.addSticker(side: 8)
      let over = try await workspace.succeed(
        "sticker apply --sticker sticker.png --image photo.png --at=-4,-4 --out over.png")
      #expect(over.stderr.isEmpty)
      let stuck = try Picture(contentsOf: workspace.path("over.png"))
      let sticker = try Picture(contentsOf: workspace.path("sticker.png"))
      #expect(stuck[x: 0, y: 0, channel: 0] == sticker[x: 4, y: 4, channel: 0])
      let beside = try await workspace.succeed(
        "sticker apply --sticker sticker.png --image photo.png --at 100,100 --out beside.png")
      #expect(beside.stderr.contains("outside"))
      #expect(
        try Picture(contentsOf: workspace.path("beside.png"))
          == Picture(contentsOf: workspace.path("photo.png")))
    }
  }
}
