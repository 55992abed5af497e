/// One stored entry of an archive.
struct ZipEntry: Sendable {
  let name: String
  /// The entry's bytes in the file.
  let bytes: Range<Int>
  /// The checksum the directory gives; 0 when the writer left it out.
  let checksum: UInt32

  /// Checks the entry's bytes against its checksum.
  ///
  /// - Throws: `CheckpointError.zipChecksum`.
  func verify(in file: CheckpointFile) throws {
    guard checksum != 0 else { return }
    guard file.withBytes(of: bytes, CyclicRedundancyCheck.checksum) == checksum else {
      throw CheckpointError.zipChecksum(path: file.path, entry: name)
    }
  }
}

/// An entry's record in the central directory or its local header, whose common fields agree.
struct ZipRecord {
  var flags: UInt16 = 0
  var method: UInt16 = 0
  var checksum: UInt32 = 0
  var compressedSize = 0
  var size = 0
  /// Where the local header is; 0 in a local header.
  var offset = 0
  var name = ""

  static let centralSignature: UInt32 = 0x0201_4B50
  static let localSignature: UInt32 = 0x0403_4B50
  /// The checksum and sizes follow the bytes.
  static let descriptorFlag: UInt16 = 0x0008
  /// Names are UTF-8.
  static let textFlag: UInt16 = 0x0800
  private static let encryptionFlags: UInt16 = 0x2041

  /// Reads a record of the central directory; the cursor then stands behind it.
  init(central cursor: inout ByteCursor) throws {
    let file = cursor.file
    try Self.expect(Self.centralSignature, "directory record", &cursor)
    _ = try cursor.skip(4)
    try readCommon(&cursor)
    let nameLength = Int(try cursor.number(UInt16.self))
    let extraLength = Int(try cursor.number(UInt16.self))
    let commentLength = Int(try cursor.number(UInt16.self))
    let disk = try cursor.number(UInt16.self)
    _ = try cursor.skip(6)
    offset = Int(try cursor.number(UInt32.self))
    name = try Self.name(nameLength, &cursor)
    try readWideSizes(extra: try cursor.skip(extraLength), in: file, offsetToo: true)
    guard commentLength == 0, disk == 0 else {
      throw CheckpointError.zipInconsistent(
        path: file.path, what: "comment length and disk of an entry", expected: "0 and 0",
        found: "\(commentLength) and \(disk)")
    }
  }

  /// Reads a local header; the cursor then stands at the entry's bytes.
  init(local cursor: inout ByteCursor) throws {
    try Self.expect(Self.localSignature, "local header", &cursor)
    _ = try cursor.skip(2)
    try readCommon(&cursor)
    let nameLength = Int(try cursor.number(UInt16.self))
    let extraLength = Int(try cursor.number(UInt16.self))
    name = try Self.name(nameLength, &cursor)
    try readWideSizes(extra: try cursor.skip(extraLength), in: cursor.file, offsetToo: false)
  }

  private mutating func readCommon(_ cursor: inout ByteCursor) throws {
    flags = try cursor.number()
    method = try cursor.number()
    _ = try cursor.skip(4)
    checksum = try cursor.number()
    compressedSize = Int(try cursor.number(UInt32.self))
    size = Int(try cursor.number(UInt32.self))
  }

  /// Replaces sizes that say "see the zip64 field" by that field's.
  private mutating func readWideSizes(
    extra: Range<Int>, in file: CheckpointFile, offsetToo: Bool
  ) throws {
    let seeField = Int(UInt32.max)
    var cursor = ByteCursor(file, range: extra, part: "an entry's extra fields")
    var wide: Range<Int>?
    while cursor.remaining > 0 {
      let identifier = try cursor.number(UInt16.self)
      let field = try cursor.skip(Int(try cursor.number(UInt16.self)))
      guard identifier == 0x0001 else { continue }
      guard wide == nil else {
        throw CheckpointError.zipInconsistent(
          path: file.path, what: "number of zip64 fields of an entry", expected: "one", found: "two")
      }
      wide = field
    }
    guard size == seeField || compressedSize == seeField || offsetToo && offset == seeField else { return }
    guard let wide else {
      throw CheckpointError.zipInconsistent(
        path: file.path, what: "size of an entry", expected: "a zip64 field", found: "none")
    }
    var field = ByteCursor(file, range: wide, part: "an entry's zip64 field")
    if size == seeField { size = try Self.size(&field) }
    if compressedSize == seeField { compressedSize = try Self.size(&field) }
    if offsetToo, offset == seeField { offset = try Self.size(&field) }
  }

  /// Checks that the entry's bytes are there as they are, neither compressed nor encrypted.
  func checkStored(in file: CheckpointFile) throws {
    guard flags & Self.encryptionFlags == 0 else {
      throw CheckpointError.zipEncrypted(path: file.path, entry: name)
    }
    guard method == 0 else {
      throw CheckpointError.zipCompressed(path: file.path, entry: name, method: Int(method))
    }
    guard flags & ~(Self.descriptorFlag | Self.textFlag) == 0 else {
      throw CheckpointError.zipInconsistent(
        path: file.path, what: "flags of an entry", expected: "those of torch.save", found: "\(flags)")
    }
    guard size == compressedSize else {
      throw CheckpointError.zipInconsistent(
        path: file.path, what: "stored size of an entry", expected: "\(size)", found: "\(compressedSize)")
    }
  }

  private static func size(_ cursor: inout ByteCursor) throws -> Int {
    let value = try cursor.number(UInt64.self)
    guard let size = Int(exactly: value) else {
      throw CheckpointError.truncated(
        path: cursor.file.path, part: "an entry", offset: cursor.offset, needed: .max,
        available: cursor.file.count)
    }
    return size
  }

  private static func expect(_ signature: UInt32, _ what: String, _ cursor: inout ByteCursor) throws {
    let offset = cursor.offset
    guard try cursor.number(UInt32.self) == signature else {
      throw CheckpointError.zipInconsistent(
        path: cursor.file.path, what: "bytes at \(offset)", expected: "a \(what)", found: "something else")
    }
  }

  /// A name that every reader of archives reads alike.
  private static func name(_ length: Int, _ cursor: inout ByteCursor) throws -> String {
    guard let name = try cursor.text(length) else {
      throw CheckpointError.zipName(path: cursor.file.path, entry: "bytes that are not UTF-8")
    }
    let steps = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0 != "\\" }
    guard isPlain, steps.count >= 2, steps[0] != "", !steps.contains(".."), !steps.contains(".") else {
      throw CheckpointError.zipName(path: cursor.file.path, entry: name)
    }
    return name
  }
}
