import Foundation

/// How the stored pixels must be turned to stand upright: the EXIF entry 0x0112.
public enum ExifOrientation: Int, Sendable, CaseIterable {
  case upright = 1
  case mirrored = 2
  case halfTurn = 3
  case flipped = 4
  /// Mirrored along the diagonal from the top left.
  case transposed = 5
  /// To be turned by 90° clockwise.
  case quarterTurn = 6
  /// Mirrored along the diagonal from the top right.
  case transversed = 7
  /// To be turned by 90° anticlockwise.
  case threeQuarterTurn = 8

  /// The orientation that a JPEG's or PNG's EXIF block states; upright where there is none or it is damaged.
  public init(of file: Data) {
    let block = ExifOrientation.exifInJPEG(file) ?? ExifOrientation.exifInPNG(file)
    self = block.flatMap(ExifOrientation.entry(inTIFF:)) ?? .upright
  }

  /// Whether width and height change places.
  var swapsSides: Bool { rawValue >= 5 }

  private static func exifInJPEG(_ file: Data) -> ByteReader? {
    let reader = ByteReader(file)
    guard reader.big16(0) == 0xFFD8 else { return nil }
    var offset = 2
    while let marker = reader.big16(offset), marker > 0xFF00, marker != 0xFFDA,
      let length = reader.big16(offset + 2), length >= 2
    {
      let signature: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]
      if marker == 0xFFE1, length > 8, reader.starts(with: signature, at: offset + 4) {
        return reader.part(from: offset + 10, count: length - 8)
      }
      offset += 2 + length
    }
    return nil
  }

  private static func exifInPNG(_ file: Data) -> ByteReader? {
    let reader = ByteReader(file)
    var offset = 8
    guard reader.big32(0) == 0x8950_4E47 else { return nil }
    while let length = reader.big32(offset), let kind = reader.big32(offset + 4), kind != 0x4945_4E44 {
      if kind == 0x6558_4966 { return reader.part(from: offset + 8, count: length) }
      offset += 12 + length
    }
    return nil
  }

  private static func entry(inTIFF block: ByteReader) -> ExifOrientation? {
    let littleEndian = block.big16(0) == 0x4949
    guard littleEndian || block.big16(0) == 0x4D4D else { return nil }
    func value16(_ offset: Int) -> Int? { littleEndian ? block.little16(offset) : block.big16(offset) }
    func value32(_ offset: Int) -> Int? { littleEndian ? block.little32(offset) : block.big32(offset) }
    guard value16(2) == 42, let directory = value32(4), let count = value16(directory) else { return nil }
    for index in 0..<count {
      let entry = directory + 2 + 12 * index
      guard let tag = value16(entry) else { return nil }
      // A single 16-bit number lies at the start of the entry's value field.
      if tag == 0x0112 { return value16(entry + 2) == 3 ? value16(entry + 8).flatMap(Self.init) : nil }
    }
    return nil
  }
}

/// Numbers out of bytes; nil outside them.
private struct ByteReader {
  private let data: Data

  init(_ data: Data) { self.data = data }

  func part(from offset: Int, count: Int) -> ByteReader? {
    guard offset >= 0, count >= 0, count <= data.count - offset else { return nil }
    let start = data.startIndex + offset
    return ByteReader(data[start..<start + count])
  }

  func starts(with bytes: [UInt8], at offset: Int) -> Bool {
    part(from: offset, count: bytes.count)?.data.elementsEqual(bytes) ?? false
  }

  private func byte(_ offset: Int) -> Int? {
    offset >= 0 && offset < data.count ? Int(data[data.startIndex + offset]) : nil
  }

  func big16(_ offset: Int) -> Int? {
    guard let high = byte(offset), let low = byte(offset + 1) else { return nil }
    return high << 8 | low
  }

  func little16(_ offset: Int) -> Int? { big16(offset).map { ($0 & 255) << 8 | $0 >> 8 } }

  func big32(_ offset: Int) -> Int? {
    guard let high = big16(offset), let low = big16(offset + 2) else { return nil }
    return high << 16 | low
  }

  func little32(_ offset: Int) -> Int? {
    guard let low = little16(offset), let high = little16(offset + 2) else { return nil }
    return high << 16 | low
  }
}

extension Picture {
  /// The picture turned and mirrored so that it stands upright.
  public func turned(by orientation: ExifOrientation) -> Picture {
    guard orientation != .upright else { return self }
    let channelCount = channels.rawValue
    let (newWidth, newHeight) = orientation.swapsSides ? (height, width) : (width, height)
    return Picture(width: newWidth, height: newHeight, channels: channels) { buffer in
      for y in 0..<newHeight {
        for x in 0..<newWidth {
          let (fromX, fromY) = source(of: x, y, orientation)
          for channel in 0..<channelCount {
            buffer[(y * newWidth + x) * channelCount + channel] =
              bytes[(fromY * width + fromX) * channelCount + channel]
          }
        }
      }
    }
  }

  /// The stored pixel that the pixel at (x, y) of the upright picture comes from.
  private func source(of x: Int, _ y: Int, _ orientation: ExifOrientation) -> (x: Int, y: Int) {
    switch orientation {
    case .upright: (x, y)
    case .mirrored: (width - 1 - x, y)
    case .halfTurn: (width - 1 - x, height - 1 - y)
    case .flipped: (x, height - 1 - y)
    case .transposed: (y, x)
    case .quarterTurn: (y, height - 1 - x)
    case .transversed: (width - 1 - y, height - 1 - x)
    case .threeQuarterTurn: (width - 1 - y, x)
    }
  }
}
