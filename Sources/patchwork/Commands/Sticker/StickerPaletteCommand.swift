import ArgumentParser
import Datasets
import Files
import Foundation
import Imaging
import Probes

/// `patchwork sticker palette`
struct StickerPaletteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "palette", abstract: "Write a sheet of known colours to print and to photograph.",
    discussion: """
      234 fields: 6 × 6 × 6 colours and 18 greys, with a marker at each corner. Print it at 100 % on the paper and \
      with the settings that the sticker will have, photograph it, and give the photograph to 'patchwork sticker \
      calibrate'.

      Example:
        patchwork sticker palette --out palette.pdf
      """)

  @Option(name: .long, help: "The PDF to write.")
  var out: String

  @Option(name: .long, help: "a4, a3, letter, or WIDTHxHEIGHT in millimetres.")
  var paper = PaperSize.a4

  @Option(name: .long, help: "Also a PNG of the chart, 10 pixels a millimetre.")
  var png: String?

  @Option(name: .long, help: "Also a CSV of the fields' colours, row by row: red,green,blue.")
  var csv: String?

  @OptionGroup var common: CommonOptions

  func run() throws {
    var files = [(try ColourSheet.pdf(paper: paper), out)]
    if let png { files.append((try ColourSheet.picture.pngData(), png)) }
    if let csv { files.append((Data(PaletteFile.text(ColourSheet.colours).utf8), csv)) }
    try AtomicFile.write(files)
    if common.json {
      return try Output.json(
        Document(
          out: out, paper: paper.description, colours: ColourSheet.colours.count, png: Nullable(png),
          csv: Nullable(csv)))
    }
    for (_, path) in files { try Output.line(path) }
  }

  private struct Document: Encodable {
    let out: String
    let paper: String
    let colours: Int
    let png, csv: Nullable<String>
  }
}
