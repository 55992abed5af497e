import Foundation
import Testing

@testable import Imaging

/// Stickers as PDF, read back from the file's own bytes.
@Suite struct StickerSheetTests {
  private func sticker(side: Int, round: Bool = false) -> Picture {
    var bytes: [UInt8] = []
    for row in 0..<side {
      for column in 0..<side {
        let (dx, dy) = (2 * column + 1 - side, 2 * row + 1 - side)
        let isInside = !round || dx * dx + dy * dy <= side * side
        bytes += [UInt8(column * 255 / side), UInt8(row * 255 / side), 90, isInside ? 255 : 0]
      }
    }
    return Picture(width: side, height: side, channels: .rgba, bytes: bytes)
  }

  private func pdf(
    side: Int = 20, round: Bool = false, layout: SheetLayout, dieLine: DieLine = .square,
    _ resampling: StickerSheet.Resampling = .nearest, caption: String = "sticker.png"
  ) throws -> PDFFixture {
    try PDFFixture(
      StickerSheet(layout: layout, dieLine: dieLine, resampling: resampling)
        .pdf(of: sticker(side: side, round: round), caption: caption))
  }

  @Test func aSheetWithOneStickerHasItsTrimAndBleed() throws {
    let pdf = try pdf(layout: SheetLayout(paper: .a4, side: 50, copies: 1))
    #expect(pdf.pages.count == 1)
    let (media, trim, bleed) = (
      try pdf.box("MediaBox", pdf.pages[0]), try pdf.box("TrimBox", pdf.pages[0]),
      try pdf.box("BleedBox", pdf.pages[0])
    )
    func near(_ found: [Double], _ expected: [Double]) -> Bool {
      found.count == 4 && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 }
    }
    #expect(near(media, [0, 0, 210, 297]))
    #expect(near(trim, [80, 130.5, 130, 180.5]), "\(trim)")
    #expect(near(bleed, [77, 127.5, 133, 183.5]))
  }

  @Test func aSheetWithSeveralHasItsOwn() throws {
    let pdf = try pdf(layout: SheetLayout(paper: .letter, side: 40, copies: 29))
    #expect(pdf.pages.count == 2)
    for page in pdf.pages {
      #expect(try pdf.box("TrimBox", page) == pdf.box("MediaBox", page))
      #expect(try abs(pdf.box("TrimBox", page)[2] - 215.9) < 1e-6)
    }
    let drawn = try pdf.pages.map { try pdf.content($0).matches(of: /\/Sticker Do/).count }
    #expect(drawn == [15, 14], "\(drawn)")
    #expect(pdf.images.count == 1, "one picture serves all copies")
  }

  /// The picture holds 20 + 2 · 2 pixels of 2.5 mm, of which the sticker's 20 fill its 50 mm.
  @Test func theStickersPixelsFillItsMillimetresExactly() throws {
    let pdf = try pdf(layout: SheetLayout(paper: .a4, side: 50, bleed: 3, copies: 1))
    let content = try pdf.content(pdf.pages[0])
    #expect(content.hasPrefix("q\n2.834645669 0 0 2.834645669 0 0 cm\n"), "lengths are millimetres")
    let matrix = try #require(content.firstMatch(of: /\n([0-9. -]+) cm\n\/Sticker Do/)?.output.1)
    let numbers = matrix.split(separator: " ").compactMap { Double($0) }
    #expect(numbers == [60, 0, 0, 60, 75, 125.5])
    #expect(content.contains("\n77 127.5 56 56 re\nW n\n"), "the bleed cuts the picture off")
    // 24 pixels, each 30 printer pixels (at least 300 an inch on 2.5 mm).
    let image = try #require(pdf.images.first)
    #expect(image.contains("/Width 720 /Height 720 /ColorSpace /DeviceRGB /BitsPerComponent 8"))
    #expect(image.contains("/Filter /FlateDecode") && !image.contains("/SMask"))
  }

  @Test func aRoundStickerHasItsOpacityAsAMaskAndACircleToCut() throws {
    let layout = try SheetLayout(paper: .a4, side: 50, bleed: 0, copies: 1)
    let pdf = try pdf(round: true, layout: layout, dieLine: .circle)
    #expect(pdf.images.count == 2)
    #expect(pdf.images.contains { $0.contains("/ColorSpace /DeviceGray") && $0.contains("/Colors 1") })
    #expect(pdf.images.contains { $0.contains("/SMask") && $0.contains("/Width 600") })
    let content = try pdf.content(pdf.pages[0])
    let ink = try #require(content.range(of: "/CutContour CS 1 SCN"))
    let circle = content[ink.upperBound...].prefix(while: { $0 != "h" })
    let start = try #require(circle.firstMatch(of: /\n([0-9.]+) ([0-9.]+) m/))
    #expect(Double(start.output.1) == 130 && Double(start.output.2) == 155.5)
    #expect(circle.matches(of: /[0-9] c/).count == 4)
  }

  @Test func theDieLineIsASpotColourOverEverySticker() throws {
    let layout = try SheetLayout(paper: .a4, side: 50)
    let lines = try pdf(layout: layout)
    #expect(lines.text.contains("[/Separation /CutContour /DeviceCMYK << /FunctionType 2"))
    #expect(lines.text.contains("/C0 [0 0 0 0] /C1 [0 1 0 0]"))
    let content = try lines.content(lines.pages[0])
    #expect(content.matches(of: /\/CutContour CS 1 SCN\n0.1 w\n[0-9.]+ [0-9.]+ 50 50 re\nS\n/).count == 12)
    let without = try pdf(layout: layout, dieLine: .none)
    #expect(!without.text.contains("CutContour"))
  }

  @Test func theScaleBarIsFiftyMillimetresAndSaysSo() throws {
    let pdf = try pdf(layout: SheetLayout(paper: .a4, side: 50))
    let content = try pdf.content(pdf.pages[0])
    #expect(content.contains("(50 mm: check with a ruler) Tj"))
    let bars = content.matches(of: /0 0 0 rg\n([0-9.]+) [0-9.]+ ([0-9.]+) [0-9.]+ re/)
    let (left, right) = (
      bars.compactMap { Double($0.output.1) }.min() ?? 0,
      bars.compactMap { bar in Double(bar.output.1).flatMap { x in Double(bar.output.2).map { x + $0 } } }
        .max() ?? 0
    )
    #expect(left == 10 && right == 60)
  }

  @Test func noNameEndsTheText() throws {
    let name = "a(b)c\\d) Tj ET 1 0 0 rg é€ 漢\n.png"
    let pdf = try pdf(layout: SheetLayout(paper: .a4, side: 50), caption: name)
    let expected = #"a\(b\)c\\d\) Tj ET 1 0 0 rg \351\200 ??.png"#
    #expect(try pdf.content(pdf.pages[0]).contains(expected + ") Tj"))
    // The title is UTF-16: "a(b)" first, and the characters that the page's font lacks.
    #expect(
      pdf.text.contains("/Title <feff0061002800620029") && pdf.text.contains("6f22003f002e0070006e0067>"))
  }

  @Test func theSameStickerGivesTheSameBytesWithoutADate() throws {
    let layout = try SheetLayout(paper: .a4, side: 50, copies: 13)
    let (one, two) = (try pdf(layout: layout, .smooth), try pdf(layout: layout, .smooth))
    #expect(one.text == two.text && !one.text.contains("Date"))
    #expect(try pdf(layout: layout).text != one.text)
    #expect(one.text.contains(/\/ID \[<[0-9a-f]{32}> <[0-9a-f]{32}>\]/))
  }

  // MARK: Bleed

  @Test func bleedRepeatsTheEdgeAndMovesNothing() {
    let picture = sticker(side: 6)
    let whole = picture.continued(by: 3, beyond: .square)
    #expect(whole.width == 12 && whole.height == 12)
    for y in 0..<12 {
      for x in 0..<12 {
        let (insideX, insideY) = (min(max(x - 3, 0), 5), min(max(y - 3, 0), 5))
        for channel in 0..<4 {
          #expect(whole[x: x, y: y, channel: channel] == picture[x: insideX, y: insideY, channel: channel])
        }
      }
    }
    #expect(picture.continued(by: 0, beyond: .circle) == picture)
  }

  @Test func aRoundStickersBleedIsOpaqueAllRoundAndItsInsideStays() {
    let picture = sticker(side: 30, round: true)
    let whole = picture.continued(by: 5, beyond: .circle)
    for y in 0..<40 {
      for x in 0..<40 {
        #expect(whole[x: x, y: y, channel: 3] == 255)
        let isInside =
          (5..<35).contains(x) && (5..<35).contains(y) && picture[x: x - 5, y: y - 5, channel: 3] == 255
        if isInside {
          #expect(
            (0..<3).allSatisfy { whole[x: x, y: y, channel: $0] == picture[x: x - 5, y: y - 5, channel: $0] })
        }
      }
    }
    // Straight out to the right it is the colour of the edge's right.
    #expect(whole[x: 39, y: 20, channel: 0] == picture[x: 28, y: 15, channel: 0])
  }

  @Test func aHoleStaysAHole() {
    var picture = sticker(side: 30, round: true)
    for y in 12..<18 { for x in 12..<18 { picture[x: x, y: y, channel: 3] = 0 } }
    let whole = picture.continued(by: 5, beyond: .circle)
    #expect(whole[x: 20, y: 20, channel: 3] == 0)
    #expect(picture.isRound && !sticker(side: 30).isRound)
  }
}
