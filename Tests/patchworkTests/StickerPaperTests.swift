import Foundation
import Imaging
import Testing

extension CommandLineTests {
  /// `sticker print`, `palette` and `calibrate`, and `sticker apply --corners`.
  @Suite struct StickerOnPaper {
    private func workspace() throws -> Workspace {
      let workspace = try Workspace()
      try workspace.addPicture()
      try workspace.addSticker()
      return workspace
    }

    // MARK: print

    @Test func printingSaysWhatLiesOnThePaper() async throws {
      let workspace = try workspace()
      let line = "sticker print --sticker sticker.png --size-mm 50 --copies 13 --out"
      let document = try await workspace.json(line + " one.pdf")
      document.expectWellKept()
      #expect(document["die_line"] as? String == "square" && document["paper"] as? String == "a4")
      #expect(try document.root.integer("columns") == 3 && document.root.integer("rows") == 4)
      #expect(try document.root.integer("sheets") == 2 && document.root.integer("copies") == 13)
      let again = try await workspace.succeed(line + " two.pdf")
      #expect(again.stdout == "two.pdf: 13 stickers of 50 mm, 3 × 4 on 2 sheets of a4, die line: square\n")
      let (one, two) = (try workspace.data("one.pdf"), try workspace.data("two.pdf"))
      #expect(one == two && one.starts(with: Data("%PDF-".utf8)))
      let text = String(decoding: one, as: UTF8.self)
      let digest = try document.root.text("sticker_sha256")
      #expect(text.contains("sticker.png") && text.contains(digest.prefix(16)))
    }

    @Test func everyOptionChangesTheSheet() async throws {
      let workspace = try workspace()
      let line = "sticker print --sticker sticker.png --size-mm 40 --out sheet.pdf "
      try await workspace.succeed(line)
      let plain = try workspace.data("sheet.pdf")
      for option in [
        "--paper a3", "--paper 150x120", "--bleed-mm 1", "--margin-mm 5", "--gap-mm 20", "--copies 2",
        "--die-line circle", "--die-line none", "--resampling smooth", "--no-crop-marks",
      ] {
        try await workspace.succeed(line + option)
        #expect(try workspace.data("sheet.pdf") != plain, "\(option)")
      }
    }

    /// With poppler at hand the sheet is looked at too.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/pdftoppm"), "needs pdftoppm"))
    func aStickerIsAsWideOnPaperAsItIsSaidToBe() async throws {
      let workspace = try workspace()
      try Picture(width: 8, height: 8, red: 200, green: 0, blue: 200).writePNG(
        to: workspace.path("plain.png"))
      try await workspace.succeed(
        "sticker print --sticker plain.png --size-mm 50 --copies 1 --bleed-mm 0 --die-line none --out sheet.pdf"
      )
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/pdftoppm")
      process.arguments = [
        "-r", "300", "-png", "-singlefile", workspace.path("sheet.pdf"), workspace.path("sheet"),
      ]
      try process.run()
      process.waitUntilExit()
      let sheet = try Picture(contentsOf: workspace.path("sheet.png"))
      // The sticker lies 7 mm above the middle: the foot is below it.
      let columns = (0..<sheet.width).filter { sheet[x: $0, y: sheet.height / 2, channel: 1] < 128 }
      let expected = 50 / 25.4 * 300
      #expect(abs(Double(columns.count) - expected) <= 1, "\(columns.count) px, not \(expected)")
    }

    @Test(arguments: [
      ("", "--size-mm"), ("--size-mm 0", "the size"), ("--size-mm 500", "larger paper"),
      ("--size-mm big", "big"),
      ("--size-mm 50 --paper a9", "a9"), ("--size-mm 50 --bleed-mm=-1", "the bleed"),
      ("--size-mm 50 --gap-mm 5", "twice the bleed"), ("--size-mm 50 --copies 0", "0"),
      ("--size-mm 50 --die-line star", "star"), ("--size-mm 50 --resampling best", "best"),
      ("--size-mm 20 --paper 40x200", "70 ×"),
    ])
    func refusesWhatCannotBePrinted(_ options: String, _ word: String) async throws {
      try await workspace().expectFailure(
        "sticker print --sticker sticker.png --out sheet.pdf " + options, code: 64, says: word)
    }

    // MARK: palette and calibrate

    @Test func aPhotographOfTheSheetBecomesAPaletteThatMakeReads() async throws {
      let workspace = try Workspace()
      let sheet = try await workspace.json("sticker palette --out p.pdf --png p.png --csv p.csv")
      sheet.expectWellKept()
      #expect(try sheet.root.integer("colours") == 234)
      let fields = try String(decoding: workspace.data("p.csv"), as: UTF8.self).split(separator: "\n")
      #expect(fields.count == 235 && fields.first == "red,green,blue")
      // The chart's picture is as good a photograph as can be: 10 px a mm, crosses 14.5 mm from its corners.
      let corners = "145,145 1675,145 1675,1465 145,1465"
      let document = try await workspace.json(
        "sticker calibrate --photo p.png --corners \(corners) --pairs pairs.csv --out ink.csv")
      document.expectWellKept()
      #expect(try document.root.integer("colours") == 30 && document.number("mean_change") == 0)
      let ink = try String(decoding: workspace.data("ink.csv"), as: UTF8.self).split(separator: "\n")
      #expect(ink.count == 31 && Set(ink).isSubset(of: Set(fields)))
      let pairs = try String(decoding: workspace.data("pairs.csv"), as: UTF8.self).split(separator: "\n")
      #expect(pairs.count == 235 && pairs[0] == "red,green,blue,seen_red,seen_green,seen_blue")
      #expect(pairs.dropFirst().elementsEqual(fields.dropFirst().map { "\($0),\($0)" }))

      try workspace.addModel()
      try workspace.addCorpus(count: 4)
      try await workspace.succeed(
        "sticker make --model bag.json --corpus corpus --target red --side 6 --steps 1 --printable ink.csv --out s"
      )
    }

    @Test func cornersThatShowNoSheetAreRefused() async throws {
      let workspace = try workspace()
      try await workspace.succeed("sticker palette --out p.pdf --png p.png")
      let line = "sticker calibrate --photo p.png --out ink.csv --corners "
      try await workspace.expectFailure(line + "145,145 1675,145 1675,1465", code: 64, says: "found 3")
      try await workspace.expectFailure(
        line + "145,145 1675,1465 1675,145 145,1465", code: 64, says: "convex")
      try await workspace.expectFailure(
        line + "1675,145 1675,1465 145,1465 145,145", code: 65, says: "marker 1", "1675,145")
      try await workspace.expectFailure(
        line + "145,145 1645,145 1675,1465 145,1465", code: 65, says: "marker")
      try await workspace.expectFailure(
        "sticker calibrate --photo photo.png --out ink.csv --corners 5,5 40,5 40,40 5,40", code: 65,
        says: "photo.png")
      try await workspace.expectFailure(
        "sticker palette --out p.pdf --paper 100x100", code: 64, says: "182 ×")
    }

    // MARK: apply --corners

    @Test(arguments: [("30,5", "30,5 38,5 38,13 30,13", ""), ("3,4", "3,4 19,4 19,20 3,20", "--scale 2")])
    func cornersOfAnUprightSquareGiveTheBytesOfThePlace(_ at: String, _ corners: String, _ scale: String)
      async throws
    {
      let workspace = try workspace()
      let line = "sticker apply --sticker sticker.png --image photo.png --out"
      try await workspace.succeed("\(line) at.png --at \(at) \(scale)")
      try await workspace.succeed("\(line) corners.png --corners \(corners)")
      #expect(try workspace.data("at.png") == workspace.data("corners.png"))
      #expect(try workspace.data("at.png") != workspace.data("photo.png"))
    }

    @Test func cornersMayLieBesideThePicture() async throws {
      let workspace = try workspace()
      let run = try await CommandRun.patchwork(
        [
          "sticker", "apply", "--sticker", "sticker.png", "--image", "photo.png", "--out", "o.png",
          "--corners=-4,-4 4,-4 4,4 -4,4",
        ], in: workspace.path)
      #expect(run.exitCode == 0, "\(run.stderr)")
      let over = try await workspace.succeed(
        "sticker apply --sticker sticker.png --image photo.png --at=-4,-4 --out over.png")
      #expect(over.exitCode == 0)
      #expect(try workspace.data("o.png") == workspace.data("over.png"))
    }
  }
}
