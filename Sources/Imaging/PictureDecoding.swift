import CImageCodecs
import Files
import Foundation

extension Picture {
  /// What becomes of a PNG's alpha.
  public enum Alpha: Sendable {
    /// RGB, the alpha dropped and not composited, as Pillow's `convert("RGB")` does.
    case dropped
    /// RGBA; 255 where the file has no alpha.
    case kept
  }

  /// Whether the turn a camera noted is carried out.
  public enum Orientation: Sendable {
    /// Pixels as stored, as Pillow and torchvision do by default.
    case ignored
    /// Turned and mirrored as the EXIF entry says.
    case applied
  }

  /// Reads the JPEG or PNG at `path`; the bytes decide which, not the name.
  ///
  /// Pixels equal those of Pillow's `Image.open(path).convert("RGB")`.
  /// - Throws: `FileError` when the file is missing, empty or unreadable, otherwise `ImagingError`.
  public init(
    contentsOf path: String, alpha: Alpha = .dropped, orientation: Orientation = .ignored
  ) throws {
    try self.init(
      decoding: FileBytes.read(path), named: path, alpha: alpha, orientation: orientation)
  }

  /// Decodes a JPEG or PNG.
  ///
  /// - Parameter name: what errors call the picture: its path, mostly.
  /// - Throws: `ImagingError`. Damaged data are an error even where a decoder would fill the gap with grey.
  public init(
    decoding data: Data, named name: String, alpha: Alpha = .dropped, orientation: Orientation = .ignored
  ) throws {
    let codec: Codec
    switch FileSignature(data) {
    case .jpeg: codec = .jpeg
    case .png: codec = .png
    case .other(let found): throw ImagingError.notAnImage(path: name, found: found)
    }
    let decoded = try codec.decode(data, named: name, channels: alpha == .kept ? .rgba : .rgb)
    self = orientation == .applied ? decoded.turned(by: ExifOrientation(of: data)) : decoded
  }
}

/// One of the two formats, with the C functions that read it.
private struct Codec {
  let format: String
  let size:
    (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<codec_size>?, UnsafeMutablePointer<codec_message>?)
      -> codec_status
  let pixels:
    (
      UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?, Int, Int32,
      UnsafeMutablePointer<codec_message>?
    ) -> codec_status

  static var jpeg: Codec { Codec(format: "JPEG", size: codec_jpeg_size, pixels: codec_jpeg_decode) }
  static var png: Codec { Codec(format: "PNG", size: codec_png_size, pixels: codec_png_decode) }

  func decode(_ data: Data, named name: String, channels: Picture.Channels) throws -> Picture {
    try data.withUnsafeBytes { raw in
      let bytes = raw.bindMemory(to: UInt8.self)
      var found = codec_size()
      var message = codec_message()
      try check(size(bytes.baseAddress, bytes.count, &found, &message), message, name)
      return try Picture(width: Int(found.width), height: Int(found.height), channels: channels) { buffer in
        try check(
          pixels(
            bytes.baseAddress, bytes.count, buffer.baseAddress, buffer.count, Int32(channels.rawValue),
            &message), message, name)
      }
    }
  }

  private func check(_ status: codec_status, _ message: codec_message, _ name: String) throws {
    switch status {
    case CODEC_OK: return
    case CODEC_TRUNCATED: throw ImagingError.truncated(path: name, format: format, detail: message.words)
    case CODEC_UNSUPPORTED: throw ImagingError.unsupported(path: name, format: format, detail: message.words)
    case CODEC_TOO_LARGE: throw ImagingError.tooLarge(path: name, detail: message.words)
    case CODEC_NO_MEMORY: throw ImagingError.outOfMemory(path: name)
    default: throw ImagingError.corrupt(path: name, format: format, detail: message.words)
    }
  }
}

extension codec_message {
  /// The text on one line, as a Swift string.
  var words: String {
    withUnsafeBytes(of: self) { raw in
      let printable = raw.prefix { $0 != 0 }.map { $0 < 32 || $0 > 126 ? UInt8(ascii: " ") : $0 }
      return String(decoding: printable, as: UTF8.self)
    }
  }
}
