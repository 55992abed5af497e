import CImageCodecs
import Files
import Foundation

extension Picture {
  /// The picture as a PNG with 8 bits a channel; the same picture gives the same bytes.
  ///
  /// - Throws: `ImagingError.notEncodable`.
  public func pngData() throws -> Data {
    try Picture.encoded(bytes, width, height, as: "PNG") { bytes, size, buffer, message in
      codec_png_encode(bytes, size, Int32(channels.rawValue), buffer, message)
    }
  }

  /// The picture as a baseline JPEG with chroma at half resolution; an alpha is dropped.
  ///
  /// - Parameter quality: 1…100 on libjpeg's scale; values outside are clamped.
  /// - Throws: `ImagingError.notEncodable`, for a side over 65,500 pixels.
  public func jpegData(quality: Int = 90) throws -> Data {
    try Picture.encoded(bytes, width, height, as: "JPEG") { bytes, size, buffer, message in
      codec_jpeg_encode(
        bytes, size, Int32(channels.rawValue), Int32(min(max(quality, 1), 100)), buffer, message)
    }
  }

  /// One channel of 8 bits as a grey PNG: `width` × `height` values.
  ///
  /// - Throws: `ImagingError.notEncodable`.
  static func greyPNGData(_ values: [UInt8], width: Int, height: Int) throws -> Data {
    precondition(values.count == width * height, "\(values.count) values do not fill \(width) x \(height)")
    return try encoded(values, width, height, as: "PNG") { bytes, size, buffer, message in
      codec_png_encode(bytes, size, 1, buffer, message)
    }
  }

  /// Writes the picture as a PNG, whole or not at all.
  ///
  /// - Throws: `ImagingError.notEncodable`, `FileError.unwritable`.
  public func writePNG(to path: String) throws {
    try AtomicFile.write(pngData(), to: path)
  }

  private static func encoded(
    _ values: [UInt8], _ width: Int, _ height: Int, as format: String,
    _ encode: (
      UnsafePointer<UInt8>?, codec_size, UnsafeMutablePointer<codec_buffer>,
      UnsafeMutablePointer<codec_message>
    ) -> codec_status
  ) throws -> Data {
    guard let width = UInt32(exactly: width), let height = UInt32(exactly: height) else {
      throw ImagingError.notEncodable(format: format, detail: "\(width) x \(height) pixels")
    }
    var buffer = codec_buffer()
    var message = codec_message()
    let status = values.withUnsafeBufferPointer { pixels in
      encode(pixels.baseAddress, codec_size(width: width, height: height), &buffer, &message)
    }
    defer { codec_free(&buffer) }
    guard status == CODEC_OK else {
      throw ImagingError.notEncodable(format: format, detail: message.words)
    }
    return Data(bytes: buffer.bytes, count: buffer.count)
  }
}
