import Adversary
import ArgumentParser
import Imaging
import Probes
import Tensors

/// `patchwork sticker apply`
struct StickerApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Put a sticker on a picture.",
    discussion: """
      Parts beyond the picture's edge are cut off.

      Example:
        patchwork sticker apply --sticker tench/sticker.png --image photo.jpg \\
          --at 40,60 --rotate 10 --scale 2 --out stuck.png
      """)

  @Option(name: .long, help: "The sticker: a square PNG.")
  var sticker: String

  @Option(name: .long, help: "The picture: JPEG or PNG.")
  var image: String

  @Option(
    name: .long,
    help: "The sticker's top left corner before turning, in pixels of the picture: X,Y, such as 40,60.")
  var at: NumberPair

  @Option(name: .long, help: "Degrees counter-clockwise about the sticker's centre.")
  var rotate = 0.0

  @Option(name: .long, help: "Picture pixels for each sticker pixel.")
  var scale = 1.0

  @Option(name: .long, help: "The PNG to write.")
  var out: String

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if !(scale > 0 && scale.isFinite) {
      throw ValidationError("--scale expects a number above 0, found \(scale)")
    }
  }

  func run() throws {
    let loaded = try StickerFile.read(sticker)
    let picture = try Picture(contentsOf: image)
    let placement = StickerPlacement(x: at.first, y: at.second, scale: scale, rotation: rotate)
    let stuck = try StickerTransformation(placements: [placement]).place(
      [loaded], on: Tensor(stacking: [picture.tensor]), workers: common.workers)
    let result = Picture(stuck.reshaped(to: [3, picture.height, picture.width]))
    if result == picture, !common.quiet {
      Output.note("the sticker lies wholly outside the picture of \(picture.width)×\(picture.height) pixels")
    }
    try result.writePNG(to: out)
    if common.json {
      return try Output.json(Document(out: out, width: picture.width, height: picture.height))
    }
    try Output.line(out)
  }

  private struct Document: Encodable {
    let out: String
    let width: Int
    let height: Int
  }
}
