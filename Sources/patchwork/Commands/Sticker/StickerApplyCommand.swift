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
      Parts beyond the picture's edge are cut off. --corners shows the sticker as a camera would see it from there: \
      straight lines stay straight, what is farther away is smaller. A sticker seen smaller than it is is averaged \
      over each pixel.

      Examples:
        patchwork sticker apply --sticker tench/sticker.png --image photo.jpg \\
          --at 40,60 --rotate 10 --scale 2 --out stuck.png
        patchwork sticker apply --sticker tench/sticker.png --image photo.jpg \\
          --corners 40,60 90,52 94,110 38,101 --out stuck.png
      """)

  @Option(name: .long, help: "The sticker: a square PNG.")
  var sticker: String

  @Option(name: .long, help: "The picture: JPEG or PNG.")
  var image: String

  @Option(
    name: .long,
    help: "The sticker's top left corner before turning, in pixels of the picture: X,Y, such as 40,60.")
  var at: NumberPair?

  @Option(name: .long, help: "Degrees counter-clockwise about the sticker's centre (default: 0).")
  var rotate: Double?

  @Option(name: .long, help: "Picture pixels for each sticker pixel (default: 1).")
  var scale: Double?

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Instead: where the sticker's corners lie, in pixels of the picture: top left, top right, bottom right, bottom "
        + "left, such as 40,60 90,52 94,110 38,101; negative ones as --corners='-4,-4 50,0 …'.",
      valueName: "x,y"))
  var corners: [NumberPairs] = []

  @Option(name: .long, help: "The PNG to write.")
  var out: String

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let scale, !(scale > 0 && scale.isFinite) {
      throw ValidationError("--scale expects a number above 0, found \(scale)")
    }
    if corners.isEmpty {
      guard at != nil else { throw ValidationError("expected --at or --corners, found neither") }
    } else {
      guard at == nil, rotate == nil, scale == nil else {
        throw ValidationError("expected --corners or --at with --rotate and --scale, found both")
      }
      _ = try StickerCorners(corners.all)
    }
  }

  func run() throws {
    let loaded = try StickerFile.read(sticker)
    let picture = try Picture(contentsOf: image)
    let stuck = try view(of: loaded).put(loaded, on: picture.tensor)
    let result = Picture(stuck)
    if result == picture, !common.quiet {
      Output.note("the sticker lies wholly outside the picture of \(picture.width)×\(picture.height) pixels")
    }
    try result.writePNG(to: out)
    if common.json {
      return try Output.json(Document(out: out, width: picture.width, height: picture.height))
    }
    try Output.line(out)
  }

  private func view(of sticker: Sticker) throws -> StickerView {
    guard let at else { return try StickerView(corners: StickerCorners(corners.all), side: sticker.side) }
    return StickerView(
      StickerPlacement(x: at.first, y: at.second, scale: scale ?? 1, rotation: rotate ?? 0))
  }

  private struct Document: Encodable {
    let out: String
    let width: Int
    let height: Int
  }
}
