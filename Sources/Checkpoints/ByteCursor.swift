import Foundation

/// A place in a file that moves forward; every step is checked against the end before a byte is touched.
struct ByteCursor {
  let file: CheckpointFile
  /// What is being read, for messages: `the pickle`, say.
  let part: String
  /// The next byte, from the start of the file.
  private(set) var offset: Int
  /// One past the last byte this cursor may read.
  let end: Int

  /// - Parameter range: the part of the file the cursor may read; must lie inside the file.
  init(_ file: CheckpointFile, range: Range<Int>? = nil, part: String) {
    let range = range ?? 0..<file.count
    precondition(range.lowerBound >= 0 && range.upperBound <= file.count)
    self.file = file
    self.part = part
    offset = range.lowerBound
    end = range.upperBound
  }

  var remaining: Int { end - offset }

  /// Steps over `count` bytes.
  ///
  /// - Returns: where they are.
  /// - Throws: `CheckpointError.truncated` when fewer are left, before anything is allocated for them.
  mutating func skip(_ count: Int) throws -> Range<Int> {
    guard count >= 0, count <= remaining else {
      throw CheckpointError.truncated(
        path: file.path, part: part, offset: offset, needed: count, available: remaining)
    }
    defer { offset += count }
    return offset..<offset + count
  }

  /// The next bytes as a little-endian number, at any alignment.
  mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws -> Number {
    let range = try skip(MemoryLayout<Number>.size)
    return file.withBytes(of: range) { Number(littleEndian: $0.loadUnaligned(as: Number.self)) }
  }

  /// The next byte.
  mutating func byte() throws -> UInt8 { try number() }

  /// The next `count` bytes, copied.
  mutating func data(_ count: Int) throws -> Data {
    Data(file.bytes[try skip(count)])
  }

  /// The next `count` bytes as UTF-8; nil when they are not.
  mutating func text(_ count: Int) throws -> String? {
    let range = try skip(count)
    return file.withBytes(of: range) { String(validating: $0, as: UTF8.self) }
  }

  /// The bytes up to the next line feed, which is stepped over, as UTF-8; nil when they are not.
  mutating func line() throws -> String? {
    let longest = 1024
    let window = file.withBytes(of: offset..<min(end, offset + longest)) { bytes in
      bytes.firstIndex(of: UInt8(ascii: "\n"))
    }
    guard let length = window else {
      throw CheckpointError.truncated(
        path: file.path, part: part, offset: offset, needed: longest, available: remaining)
    }
    let text = try text(length)
    _ = try skip(1)
    return text
  }
}
