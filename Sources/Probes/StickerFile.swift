import Adversary
import Files
import Foundation
import Imaging
import Tensors

/// A sticker on disk: an RGBA PNG, and its card as JSON under the same name.
public enum StickerFile {
  /// Reads a sticker; RGB pictures are opaque.
  ///
  /// - Throws: `FileError`, `ImagingError`, `ProbeError.stickerNotSquare`.
  public static func read(_ path: String) throws -> Sticker {
    let picture = try Picture(contentsOf: path, alpha: .kept)
    guard picture.width == picture.height else {
      throw ProbeError.stickerNotSquare(path: path, width: picture.width, height: picture.height)
    }
    return try Sticker(rgbaBytes: picture.bytes, side: picture.width)
  }

  /// The opacity of a square PNG at another size, `[side, side]` in 0…1.
  ///
  /// - Throws: as `read` does.
  public static func outline(_ path: String, side: Int) throws -> Tensor {
    let sticker = try read(path)
    // Opacity travels as the colour of a grey picture, which resizing knows.
    let plane = sticker.alpha.elements
    let grey = Picture(Tensor(plane + plane + plane, shape: [3, sticker.side, sticker.side]))
    let resized = try grey.resized(width: side, height: side, by: .bilinear)
    return resized.tensor.slice(0..<1).reshaped(to: [side, side])
  }

  /// The card beside a sticker's PNG; nil when there is none.
  ///
  /// - Throws: `ProbeError.badStickerCard`.
  public static func card(besides path: String) throws -> StickerCard? {
    let place = cardPath(path)
    guard FileManager.default.fileExists(atPath: place) else { return nil }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(StickerCard.self, from: try FileBytes.read(place))
    } catch is DecodingError {
      throw ProbeError.badStickerCard(path: place, reason: "other JSON, or none")
    }
  }

  /// Writes the PNG and the card, both or neither.
  ///
  /// - Throws: `FileError.unwritable`.
  public static func write(_ sticker: Sticker, card: StickerCard, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write([
      (try picture(of: sticker).pngData(), path),
      (try encoder.encode(card) + Data("\n".utf8), cardPath(path)),
    ])
  }

  /// Takes away what runs that were killed while writing have left.
  public static func removeLeftovers(of path: String) {
    for written in [path, cardPath(path)] { AtomicFile.removeLeftovers(of: written) }
  }

  /// The sticker as 8-bit RGBA.
  public static func picture(of sticker: Sticker) -> Picture {
    Picture(width: sticker.side, height: sticker.side, channels: .rgba, bytes: sticker.rgbaBytes)
  }

  private static func cardPath(_ path: String) -> String {
    (path as NSString).deletingPathExtension + ".json"
  }
}
