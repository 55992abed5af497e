import ArgumentParser
import Files
import Foundation
import Imaging
import Probes

/// `patchwork sticker print`
struct StickerPrintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "print", abstract: "Write a sticker as a print-ready PDF in millimetres.",
    discussion: """
      Fills a sheet, or as many as --copies need. Colours go on beyond the cut (bleed) as they are at its edge; crop \
      marks, a scale bar of 50 mm and a caption lie outside. The die line is a spot colour, CutContour, that cutters \
      follow and printers show as magenta. A sheet with one sticker has the sticker's trim and bleed box, one with \
      several its own. Print at 100 %, not fitted to the page. The same sticker gives the same bytes.

      Examples:
        patchwork sticker print --sticker tench/sticker.png --size-mm 50 --out tench.pdf
        patchwork sticker print --sticker tench/sticker.png --size-mm 120 --copies 1 \\
          --die-line circle --paper letter --out tench.pdf
      """)

  @Option(name: .long, help: "The sticker: a square PNG.")
  var sticker: String

  @Option(name: .long, help: "The side of the sticker's square on paper, in millimetres.")
  var sizeMm: Double

  @Option(name: .long, help: "a4, a3, letter, or WIDTHxHEIGHT in millimetres such as 297x210.")
  var paper = PaperSize.a4

  @Option(name: .long, help: "Millimetres that the edge's colours go on beyond the cut.")
  var bleedMm = 3.0

  @Option(name: .long, help: "Millimetres at the paper's edge that stay white.")
  var marginMm = 10.0

  @Option(name: .long, help: "Millimetres between two stickers (default: twice the bleed, the least).")
  var gapMm: Double?

  @Option(
    name: .long, help: "Stickers in all (default: as many as fit on a sheet).",
    transform: WholeNumber.in(1...10_000))
  var copies: Int?

  @Option(name: .long, help: "What is cut (default: circle for a round sticker, otherwise square).")
  var dieLine: DieLine?

  @Option(name: .long, help: "Pixels as squares of one colour, or colours that go over into each other.")
  var resampling = StickerSheet.Resampling.nearest

  @Flag(name: .long, help: "Leave the crop marks out.")
  var noCropMarks = false

  @Option(name: .long, help: "The PDF to write.")
  var out: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    let layout = try SheetLayout(
      paper: paper, side: sizeMm, bleed: bleedMm, margin: marginMm, gap: gapMm, hasCropMarks: !noCropMarks,
      copies: copies)
    let picture = StickerFile.picture(of: try StickerFile.read(sticker))
    let sheet = StickerSheet(
      layout: layout, dieLine: dieLine ?? (picture.isRound ? .circle : .square), resampling: resampling)
    let digest = SHA256.hexadecimal(of: try FileBytes.read(sticker))
    let name = (sticker as NSString).lastPathComponent
    let pdf = try sheet.pdf(of: picture, caption: "\(name) · SHA-256 \(digest.prefix(16))…")
    try AtomicFile.write(pdf, to: out)
    let document = Document(
      out: out, sizeMm: sizeMm, bleedMm: bleedMm, gapMm: layout.gap, paper: paper.description,
      dieLine: sheet.dieLine.rawValue, copies: layout.copies, columns: layout.columns, rows: layout.rows,
      sheets: layout.sheets, stickerPixels: picture.width, stickerSha256: digest)
    if common.json { return try Output.json(document) }
    try Output.line(
      "\(out): \(counted(layout.copies, "sticker")) of \(format("%g", sizeMm)) mm, \(layout.columns) × \(layout.rows) "
        + "on \(counted(layout.sheets, "sheet")) of \(paper), die line: \(sheet.dieLine.rawValue)")
  }

  private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  private struct Document: Encodable {
    let out: String
    let sizeMm, bleedMm, gapMm: Double
    let paper, dieLine: String
    let copies, columns, rows, sheets: Int
    let stickerPixels: Int
    let stickerSha256: String
  }
}

extension PaperSize: ExpressibleByArgument {}
extension DieLine: ExpressibleByArgument {}
extension StickerSheet.Resampling: ExpressibleByArgument {}
