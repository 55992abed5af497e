import Foundation
import Imaging
import Testing

extension CommandLineTests {
  /// What `sticker make` can be told beyond side and steps.
  @Suite struct StickerComposition {
    private func workspace() throws -> Workspace {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 12)
      return workspace
    }

    private static let make =
      "sticker make --model bag.json --corpus corpus --target red --quiet --steps 6 --batch 4 "

    @Test func everyOptionTakesPartAndStandsInTheCard() async throws {
      let workspace = try workspace()
      try workspace.add("ink.csv", "red,green,blue\n255,0,0\n10,10,10\n240,240,240\n")
      try await workspace.succeed(
        Self.make
          + "--side 10 --mask ring:0.4 --brightness 0.1 --contrast 0.2 --gamma 0.2 --blur 0.5 --noise 0.02 "
          + "--jpeg 50,90 --perspective 0.2 --region 4,4,36,36 --printable ink.csv --optimiser sign --schedule linear "
          + "--keep-best 3 --patience 5 --rotation 10 --loss logit-ratio --out made")
      let card = try JSONDocument(String(decoding: try workspace.data("made/sticker.json"), as: UTF8.self))
      #expect(card["mask"] as? String == "ring:0.4" && card["loss"] as? String == "logit-ratio")
      let further = try #require(card["further"] as? [String: String])
      for name in [
        "brightness", "contrast", "gamma", "blur", "noise", "jpeg", "perspective", "region", "printable",
        "optimiser",
        "schedule", "keep_best", "patience",
      ] { #expect(further[name] != nil, "\(name) is missing") }
      let picture = try Picture(contentsOf: workspace.path("made/sticker.png"), alpha: .kept)
      #expect(picture.width == 10 && picture.bytes[4 * 55 + 3] == 0, "the ring has a hole")
    }

    @Test func sameSeedGivesTheSameStickerOnAnyNumberOfThreads() async throws {
      let workspace = try workspace()
      let line =
        Self.make + "--side 8 --brightness 0.1 --jpeg 40,80 --perspective 0.2 --places worst --seed 9 "
      try await workspace.succeed(line + "--threads 1 --out one")
      try await workspace.succeed(line + "--threads 3 --out three")
      #expect(try workspace.data("one/sticker.png") == workspace.data("three/sticker.png"))
    }

    @Test func aDisguisedStickerStaysNearItsStart() async throws {
      let workspace = try workspace()
      let bytes = (0..<400).map { place -> UInt8 in place % 4 == 3 ? 255 : UInt8(100 + place % 60) }
      try Picture(width: 10, height: 10, channels: .rgba, bytes: bytes).writePNG(
        to: workspace.path("logo.png"))
      try await workspace.succeed(
        Self.make + "--side 10 --mask logo.png --start logo.png --within 0.1 --out made")
      let made = try Picture(contentsOf: workspace.path("made/sticker.png"), alpha: .kept)
      let apart = zip(made.bytes, bytes).map { abs(Int($0) - Int($1)) }
      #expect((apart.max() ?? 0) <= 26 && (apart.max() ?? 0) > 5)
      let card = try JSONDocument(String(decoding: try workspace.data("made/sticker.json"), as: UTF8.self))
      #expect(card["mask"] as? String == "logo.png")
    }

    @Test(arguments: [
      ("--side 8 --mask star", "star"), ("--side 8 --mask ring:2", "ring:2"),
      ("--side 8 --jpeg 90,40", "MIN,MAX"),
      ("--side 8 --within 0.1", "--start"), ("--side 8 --patience 2", "--keep-best"),
      ("--side 8 --perspective 0.7", "perspective"), ("--side 8 --region 1,2,3", "1,2,3"),
      ("--side 8 --region 38,38", "3×3"), ("--side 8 --place-stride 4", "--places worst"),
      ("--side 8 --places worst --region 4,4", "--region"), ("--side 8 --brightness 3", "brightness"),
      ("--side 8 --optimiser newton", "newton"),
    ])
    func refusesWhatCannotBe(_ options: String, _ word: String) async throws {
      let workspace = try workspace()
      try await workspace.expectFailure(Self.make + options + " --out made", code: 64, says: word)
    }

    @Test func refusesAPaletteThatIsNone() async throws {
      let workspace = try workspace()
      try workspace.add("ink.csv", "red,green,blue\n255,0,blue\n")
      try await workspace.expectFailure(
        Self.make + "--side 8 --printable ink.csv --out made", code: 65, says: "ink.csv", "blue")
      try await workspace.expectFailure(
        Self.make + "--side 8 --printable none.csv --out made", code: 66, says: "none.csv")
    }
  }
}
