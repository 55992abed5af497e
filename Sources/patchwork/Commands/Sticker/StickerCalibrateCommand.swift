import ArgumentParser
import Datasets
import Files
import Foundation
import Imaging
import Probes
import Tensors

/// `patchwork sticker calibrate`
struct StickerCalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Read from a photograph of the colour sheet which colours a printer can print.",
    discussion: """
      Writes a CSV for 'patchwork sticker make --printable'. Markers are not searched for: say where the crosses of \
      markers 1 to 4 (top left, top right, bottom right, bottom left; each has as many dots as its number) lie in the \
      photograph, in its pixels as a viewer shows it. Whether they are there is checked. A field's colour is the \
      median of its middle. What is measured is what this camera saw of this print in this light: nothing is \
      balanced or corrected.

      Example:
        patchwork sticker palette --out palette.pdf
        patchwork sticker calibrate --photo photo.jpg \\
          --corners 412,380 3630,402 3598,3170 425,3188 --out printable.csv
      """)

  @Option(name: .long, help: "The photograph of the printed sheet: JPEG or PNG.")
  var photo: String

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Where the crosses of markers 1 to 4 lie, in pixels of the photograph.", valueName: "x,y"))
  var corners: [NumberPairs]

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How many of the most different colours to write. The distance that --printable weighs is a product over all of "
        + "them: with hundreds it vanishes.", valueName: "n"),
    transform: WholeNumber.in(1...ColourSheet.colours.count))
  var colours = 30

  @Option(name: .long, help: "Also a CSV of all fields: the colour asked for and the one seen.")
  var pairs: String?

  @Option(name: .long, help: "The CSV to write: red,green,blue from 0 to 255.")
  var out: String

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard corners.all.count == 4 else {
      throw ValidationError(
        "--corners expects four places X,Y, those of markers 1 to 4, found \(corners.all.count)")
    }
  }

  func run() throws {
    let photograph = try ColourSheetPhotograph(
      Picture(contentsOf: photo, orientation: .applied), named: photo,
      markers: corners.all.map { SIMD2($0.first, $0.second) })
    let taken = photograph.mostDifferent(colours)
    var files = [(Data(PaletteFile.text(taken).utf8), out)]
    if let pairs {
      files.append(
        (Data(PaletteFile.text(asked: ColourSheet.colours, seen: photograph.seen).utf8), pairs))
    }
    try AtomicFile.write(files)
    if common.json {
      return try Output.json(
        Document(
          out: out, colours: taken.count, fields: photograph.seen.count, meanChange: photograph.meanChange,
          pairs: Nullable(pairs)))
    }
    for (_, path) in files { try Output.line(path) }
    try Output.line(
      "\(taken.count) colours of \(photograph.seen.count) fields; a colour came back "
        + "\(format("%.1f", photograph.meanChange))/255 from the one asked for, on average")
  }

  private struct Document: Encodable {
    let out: String
    let colours, fields: Int
    /// Of a channel's value in 0…255.
    let meanChange: Double
    let pairs: Nullable<String>
  }
}
