/// The entries of an archive in which every byte is accounted for: nothing before the first entry, between
/// two or after the directory, so that no two readers can see two different archives.
struct ZipDirectory {
  /// The entries in the order of their bytes.
  let entries: [ZipEntry]

  /// The first bytes of an archive with at least one entry.
  static let signature: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

  private static let endSignature: UInt32 = 0x0605_4B50
  private static let endLength = 22
  private static let wideEndSignature: UInt32 = 0x0606_4B50
  private static let wideEndLength = 56
  private static let locatorSignature: UInt32 = 0x0706_4B50
  private static let locatorLength = 20
  private static let descriptorSignature: UInt32 = 0x0807_4B50

  /// Where the central directory is.
  private struct End {
    var count: Int
    var size: Int
    var offset: Int
  }

  /// - Parameter judge: sees each entry's name before anything else about the entry is checked, and may
  ///   throw the better error.
  /// - Throws: `CheckpointError` for an archive torch.save would not write.
  init(of file: CheckpointFile, judge: (String) throws -> Void = { _ in }) throws {
    let end = try Self.end(of: file)
    let records = try Self.records(end, of: file, judge: judge)
    entries = try Self.entries(records, upTo: end.offset, of: file)
    let afterEntries = entries.last?.bytes.upperBound ?? 0
    if let second = Self.endRecord(in: afterEntries..<file.count - Self.endLength, of: file) {
      throw CheckpointError.zipSecondEnd(path: file.path, offset: second)
    }
  }

  // MARK: - The end of the archive

  private static func end(of file: CheckpointFile) throws -> End {
    let start = try endStart(of: file)
    var cursor = ByteCursor(file, range: start..<file.count, part: "the end record")
    _ = try cursor.skip(4)
    let disks = [try cursor.number(UInt16.self), try cursor.number(UInt16.self)]
    let countHere = Int(try cursor.number(UInt16.self))
    let count = Int(try cursor.number(UInt16.self))
    let size = Int(try cursor.number(UInt32.self))
    let offset = Int(try cursor.number(UInt32.self))
    try expect(disks == [0, 0] && countHere == count, "disks of the archive", "one", "several", file)
    let narrow = End(count: count, size: size, offset: offset)
    guard let (wide, wideStart) = try wideEnd(before: start, of: file) else {
      try checkEnd(narrow, isFollowedBy: start, in: file)
      return narrow
    }
    let fields = [
      (count, wide.count, Int(UInt16.max)), (size, wide.size, Int(UInt32.max)),
      (offset, wide.offset, Int(UInt32.max)),
    ]
    for (narrowValue, wideValue, seeWide) in fields {
      try expect(
        narrowValue == wideValue || narrowValue == seeWide, "end record", "\(wideValue)", "\(narrowValue)",
        file)
    }
    try checkEnd(wide, isFollowedBy: wideStart, in: file)
    return wide
  }

  /// Where the end record is: the last bytes of the file, without a comment.
  private static func endStart(of file: CheckpointFile) throws -> Int {
    let start = file.count - endLength
    guard start >= 0 else {
      throw CheckpointError.zipEnd(path: file.path, found: "\(file.count) bytes")
    }
    let window = max(0, start - Int(UInt16.max))..<start
    var cursor = ByteCursor(file, range: start..<file.count, part: "the end record")
    let signature = try cursor.number(UInt32.self)
    _ = try cursor.skip(endLength - 6)
    let commentLength = try cursor.number(UInt16.self)
    guard signature == endSignature, commentLength == 0 else {
      let earlier = endRecord(in: window, of: file)
      throw CheckpointError.zipEnd(
        path: file.path, found: earlier.map { "one at byte \($0) with more behind it" } ?? "none")
    }
    if let second = endRecord(in: window, of: file, reachingEnd: true) {
      throw CheckpointError.zipSecondEnd(path: file.path, offset: second)
    }
    return start
  }

  /// The first end signature that starts in `range`; with `reachingEnd` only one whose comment would end
  /// with the file or that another end record follows, which in numbers never occurs by chance.
  private static func endRecord(
    in range: Range<Int>, of file: CheckpointFile, reachingEnd: Bool = false
  ) -> Int? {
    guard !range.isEmpty else { return nil }
    return file.withBytes(of: 0..<file.count) { bytes in
      range.first { position in
        guard bytes[position] == 0x50, position + endLength <= bytes.count,
          UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
            == endSignature
        else { return false }
        let comment = bytes.loadUnaligned(fromByteOffset: position + endLength - 2, as: UInt16.self)
        let end = position + endLength + Int(UInt16(littleEndian: comment))
        return !reachingEnd || end == bytes.count || end == bytes.count - endLength
      }
    }
  }

  /// The zip64 end record and where it starts; nil when there is no locator for one.
  private static func wideEnd(before end: Int, of file: CheckpointFile) throws -> (End, Int)? {
    let locatorStart = end - locatorLength
    guard locatorStart >= 0 else { return nil }
    var locator = ByteCursor(file, range: locatorStart..<end, part: "the zip64 locator")
    guard try locator.number(UInt32.self) == locatorSignature else { return nil }
    let disk = try locator.number(UInt32.self)
    let declared = try locator.number(UInt64.self)
    let disks = try locator.number(UInt32.self)
    let start = locatorStart - wideEndLength
    try expect(
      start >= 0 && declared == UInt64(start) && disk == 0 && disks == 1, "zip64 end record's place",
      "\(start)", "\(declared)", file)
    var cursor = ByteCursor(file, range: start..<locatorStart, part: "the zip64 end record")
    let signature = try cursor.number(UInt32.self)
    let length = try cursor.number(UInt64.self)
    try expect(
      signature == wideEndSignature && length == UInt64(wideEndLength - 12), "zip64 end record",
      "\(wideEndLength - 12) bytes", "\(length)", file)
    _ = try cursor.skip(4)
    let ownDisks = [try cursor.number(UInt32.self), try cursor.number(UInt32.self)]
    let numbers = try (0..<4).map { _ in try cursor.number(UInt64.self) }
    let fits = numbers.allSatisfy { $0 <= UInt64(file.count) }
    try expect(
      ownDisks == [0, 0] && numbers[0] == numbers[1] && fits, "zip64 end record",
      "numbers within the file", "\(numbers)", file)
    return (End(count: Int(numbers[1]), size: Int(numbers[2]), offset: Int(numbers[3])), start)
  }

  private static func checkEnd(_ end: End, isFollowedBy next: Int, in file: CheckpointFile) throws {
    try expect(
      end.offset <= next && end.size == next - end.offset, "end of the directory", "byte \(next)",
      "\(end.offset) + \(end.size)", file)
  }

  // MARK: - The entries

  private static func records(
    _ end: End, of file: CheckpointFile, judge: (String) throws -> Void
  ) throws -> [ZipRecord] {
    var cursor = ByteCursor(file, range: end.offset..<end.offset + end.size, part: "the directory")
    var names: Set<String> = []
    var records: [ZipRecord] = []
    while cursor.remaining > 0 {
      let record = try ZipRecord(central: &cursor)
      try judge(record.name)
      try record.checkStored(in: file)
      guard names.insert(record.name).inserted else {
        throw CheckpointError.zipDuplicateEntry(path: file.path, entry: record.name)
      }
      records.append(record)
    }
    try expect(records.count == end.count, "number of entries", "\(end.count)", "\(records.count)", file)
    return records
  }

  private static func entries(
    _ records: [ZipRecord], upTo directory: Int, of file: CheckpointFile
  ) throws -> [ZipEntry] {
    var entries: [ZipEntry] = []
    var position = 0
    for record in records.sorted(by: { $0.offset < $1.offset }) {
      guard record.offset >= position else {
        throw CheckpointError.zipOverlap(path: file.path, entry: record.name)
      }
      guard record.offset == position else {
        throw CheckpointError.zipHiddenBytes(
          path: file.path, offset: position, count: record.offset - position)
      }
      guard position <= directory else {
        throw CheckpointError.zipOverlap(path: file.path, entry: record.name)
      }
      var cursor = ByteCursor(file, range: position..<directory, part: "entry \(record.name)")
      try checkLocal(try ZipRecord(local: &cursor), agreesWith: record, in: file)
      let bytes = try cursor.skip(record.size)
      entries.append(ZipEntry(name: record.name, bytes: bytes, checksum: record.checksum))
      if record.flags & ZipRecord.descriptorFlag != 0 { try skipDescriptor(of: record, &cursor) }
      position = cursor.offset
    }
    guard position == directory else {
      throw CheckpointError.zipHiddenBytes(path: file.path, offset: position, count: directory - position)
    }
    return entries
  }

  private static func checkLocal(
    _ local: ZipRecord, agreesWith central: ZipRecord, in file: CheckpointFile
  ) throws {
    // Bytes, not characters: two spellings of one accent are different names to other readers.
    guard local.name.utf8.elementsEqual(central.name.utf8) else {
      throw CheckpointError.zipNameMismatch(path: file.path, central: central.name, local: local.name)
    }
    try expect(
      local.flags == central.flags && local.method == central.method, "local flags of \(central.name)",
      "\(central.flags)", "\(local.flags)", file)
    let later = central.flags & ZipRecord.descriptorFlag != 0
    func agrees(_ local: Int, _ central: Int) -> Bool { local == central || later && local == 0 }
    try expect(
      agrees(local.size, central.size) && agrees(local.compressedSize, central.size)
        && agrees(Int(local.checksum), Int(central.checksum)), "local size and checksum of \(central.name)",
      "\(central.size) and \(central.checksum)", "\(local.size) and \(local.checksum)", file)
  }

  /// Steps over the checksum and sizes behind an entry's bytes: with or without a signature, in 32 or 64
  /// bits; they must repeat the directory's.
  private static func skipDescriptor(of record: ZipRecord, _ cursor: inout ByteCursor) throws {
    for (signed, wide) in [(true, false), (true, true), (false, false), (false, true)] {
      var trial = cursor
      let length = (signed ? 4 : 0) + 4 + (wide ? 16 : 8)
      guard trial.remaining >= length else { continue }
      if signed, try trial.number(UInt32.self) != descriptorSignature { continue }
      guard try trial.number(UInt32.self) == record.checksum else { continue }
      let sizes =
        wide
        ? [try trial.number(UInt64.self), try trial.number(UInt64.self)]
        : [UInt64(try trial.number(UInt32.self)), UInt64(try trial.number(UInt32.self))]
      guard sizes == [UInt64(record.size), UInt64(record.size)] else { continue }
      // What follows must be the next record: a narrow descriptor can look like half a wide one.
      guard try trial.remaining == 0 || startsRecord(trial) else { continue }
      cursor = trial
      return
    }
    throw CheckpointError.zipInconsistent(
      path: cursor.file.path, what: "data descriptor of \(record.name)",
      expected: "\(record.size) bytes with checksum \(record.checksum)", found: "something else")
  }

  private static func startsRecord(_ cursor: ByteCursor) throws -> Bool {
    var cursor = cursor
    guard cursor.remaining >= 4 else { return false }
    return try cursor.number(UInt32.self) == ZipRecord.localSignature
  }

  private static func expect(
    _ holds: Bool, _ what: String, _ expected: @autoclosure () -> String,
    _ found: @autoclosure () -> String, _ file: CheckpointFile
  ) throws {
    guard holds else {
      throw CheckpointError.zipInconsistent(
        path: file.path, what: what, expected: expected(), found: found())
    }
  }
}
