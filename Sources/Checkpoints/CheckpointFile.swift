import Files
import Foundation

/// A file's bytes with the path that error messages name.
struct CheckpointFile: Sendable {
  let path: String
  /// The whole file; its indices start at 0.
  let bytes: Data

  /// Maps the file at `path` into memory.
  ///
  /// - Throws: `FileError` when it is missing, a folder, empty or unreadable.
  init(reading path: String) throws {
    self.init(path: path, bytes: try FileBytes.read(path))
  }

  init(path: String, bytes: Data) {
    self.path = path
    self.bytes = bytes.startIndex == 0 ? bytes : Data(bytes)
  }

  var count: Int { bytes.count }

  /// The bytes of `range`, which the caller has checked against the file's size.
  func withBytes<Result>(
    of range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
  }
}
