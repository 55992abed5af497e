import ArgumentParser
import Datasets
import Distortions
import Imaging
import Probes

/// `patchwork corruptions sheet`
struct CorruptionsSheetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sheet", abstract: "Write a sheet of one picture under every corruption.",
    discussion: """
      A row for each type, from top to bottom as printed; in it the picture itself and then severity 1 to 5.

      Examples:
        patchwork corruptions sheet --image photo.jpg --out sheet.png
        patchwork corruptions sheet --image photo.jpg --types fog snow --side 96 --out weather.png
      """)

  @Option(name: .long, help: "A JPEG or PNG.")
  var image: String

  @OptionGroup var corruptions: CorruptionOptions

  @Option(
    name: .long, help: "The side in pixels of the centred square that is taken.",
    transform: WholeNumber.in(8...1024))
  var side = Corruption.publishedSide

  @Option(name: .long, help: "The PNG to write.")
  var out: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    let picture = try Picture(contentsOf: image).framed(resizeShorterSide: side, centerCrop: side)
    let types = corruptions.corruptions
    let sheet = try CorruptionSheet(
      of: picture.tensor, under: types, seed: common.seed, name: image, workers: common.workers)
    let drawn = Picture(sheet.pixels)
    try drawn.writePNG(to: out)
    if common.json {
      return try Output.json(
        Document(sheet: out, width: drawn.width, height: drawn.height, rows: types.map(\.name)))
    }
    for (row, type) in types.enumerated() { try Output.line(format("%2d  ", row + 1) + type.name) }
    try Output.line("\(out): \(drawn.width) × \(drawn.height) px")
  }

  private struct Document: Encodable {
    let sheet: String
    let width: Int
    let height: Int
    let rows: [String]
  }
}
