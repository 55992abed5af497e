import CImageCodecs

/// A decoded picture: 8-bit RGB or RGBA, interleaved, rows from top to bottom.
public struct Picture: Sendable, Hashable {
  /// The channels of a pixel.
  public enum Channels: Int, Sendable {
    case rgb = 3
    /// Colour that is not multiplied by the alpha, then the alpha: 255 is opaque.
    case rgba = 4
  }

  /// Pixels along a row; at least 1.
  public let width: Int
  /// Rows; at least 1.
  public let height: Int
  public let channels: Channels
  /// `height` × `width` × `channels` values in 0…255.
  public private(set) var bytes: [UInt8]

  /// A picture of the given bytes; traps when their number is not the size's.
  public init(width: Int, height: Int, channels: Channels = .rgb, bytes: [UInt8]) {
    precondition(width > 0 && height > 0, "a picture has pixels, not \(width) x \(height)")
    precondition(
      bytes.count == width * height * channels.rawValue,
      "\(bytes.count) bytes do not fill \(width) x \(height) \(channels)")
    self.width = width
    self.height = height
    self.channels = channels
    self.bytes = bytes
  }

  /// A picture filled by `body`, which must set every byte.
  init(
    width: Int, height: Int, channels: Channels = .rgb,
    filling body: (UnsafeMutableBufferPointer<UInt8>) throws -> Void
  ) rethrows {
    let count = width * height * channels.rawValue
    self.init(
      width: width, height: height, channels: channels,
      bytes: try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        try body(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        filled = count
      })
  }

  /// A picture of one colour.
  public init(width: Int, height: Int, red: UInt8, green: UInt8, blue: UInt8) {
    self.init(width: width, height: height) { buffer in
      for index in buffer.indices {
        buffer[index] = index % 3 == 0 ? red : index % 3 == 1 ? green : blue
      }
    }
  }

  /// The value of one channel of the pixel in column `x` of row `y`.
  public subscript(x x: Int, y y: Int, channel channel: Int) -> UInt8 {
    get { bytes[offset(x, y, channel)] }
    set { bytes[offset(x, y, channel)] = newValue }
  }

  private func offset(_ x: Int, _ y: Int, _ channel: Int) -> Int {
    precondition(
      x >= 0 && x < width && y >= 0 && y < height && channel >= 0 && channel < channels.rawValue,
      "(\(x), \(y)), channel \(channel), is outside \(width) x \(height) \(channels)")
    return (y * width + x) * channels.rawValue + channel
  }

  /// The colour without the alpha, which is dropped and not composited; itself when there is none.
  public var withoutAlpha: Picture {
    guard channels == .rgba else { return self }
    return Picture(width: width, height: height) { buffer in
      for pixel in 0..<width * height {
        for channel in 0..<3 { buffer[3 * pixel + channel] = bytes[4 * pixel + channel] }
      }
    }
  }

  /// The most pixels that are read or made: where Pillow, too, sees a decompression bomb.
  public static let pixelLimit = Int(codec_pixel_limit)
}
