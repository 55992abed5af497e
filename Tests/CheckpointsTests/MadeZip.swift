@testable import Checkpoints

/// An archive put together by hand, with every field open to lies.
struct MadeZip {
  struct Entry {
    var name: String
    var content: [UInt8]
    var localName: String?
    var flags: UInt16 = 0
    var localFlags: UInt16?
    var method: UInt16 = 0
    var checksum: UInt32?
    /// The size the directory declares; the true one when nil.
    var size: UInt32?
    /// Where the directory says the entry is; the truth when nil.
    var offset: UInt32?
    var comment: [UInt8] = []
  }

  var entries: [Entry]
  var prefix: [UInt8] = []
  var beforeDirectory: [UInt8] = []
  var comment: [UInt8] = []
  var declaredCount: UInt16?
  var suffix: [UInt8] = []

  var bytes: [UInt8] {
    var bytes = prefix
    var directory: [UInt8] = []
    for entry in entries {
      let offset = UInt32(bytes.count)
      let checksum = entry.checksum ?? entry.content.withUnsafeBytes { CyclicRedundancyCheck.checksum($0) }
      let size = entry.size ?? UInt32(entry.content.count)
      let localName = Array((entry.localName ?? entry.name).utf8)
      bytes += littleEndian(ZipRecord.localSignature) + littleEndian(UInt16(20))
      bytes += littleEndian(entry.localFlags ?? entry.flags) + littleEndian(entry.method)
      bytes += littleEndian(UInt32(0)) + littleEndian(checksum) + littleEndian(size) + littleEndian(size)
      bytes += littleEndian(UInt16(localName.count)) + littleEndian(UInt16(0)) + localName
      bytes += entry.content
      directory += littleEndian(ZipRecord.centralSignature) + littleEndian(UInt32(20 << 16 | 20))
      directory += littleEndian(entry.flags) + littleEndian(entry.method) + littleEndian(UInt32(0))
      directory += littleEndian(checksum) + littleEndian(size) + littleEndian(size)
      directory += littleEndian(UInt16(entry.name.utf8.count)) + littleEndian(UInt16(0))
      directory += littleEndian(UInt16(entry.comment.count))
      directory += [UInt8](repeating: 0, count: 8) + littleEndian(entry.offset ?? offset)
      directory += Array(entry.name.utf8) + entry.comment
    }
    bytes += beforeDirectory
    let start = UInt32(bytes.count)
    bytes += directory
    bytes += endRecord(size: UInt32(directory.count), offset: start)
    return bytes + suffix
  }

  func endRecord(size: UInt32, offset: UInt32) -> [UInt8] {
    let count = declaredCount ?? UInt16(entries.count)
    return [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + littleEndian(count) + littleEndian(count) + littleEndian(size)
      + littleEndian(offset) + littleEndian(UInt16(comment.count)) + comment
  }

  /// A good archive with one tensor of four floats, to be spoilt.
  static var good: MadeZip {
    MadeZip(entries: [
      .init(name: "archive/data.pkl", content: MadePickle.stateDictionary().bytes),
      .init(name: "archive/data/0", content: [UInt8](repeating: 0, count: 16)),
    ])
  }
}
