import Testing

@testable import Checkpoints

@Suite struct ZipDirectoryTests {
  private func error(_ spoil: (inout MadeZip) -> Void) -> CheckpointError? {
    var zip = MadeZip.good
    spoil(&zip)
    return thrown { _ = try Checkpoint.read(bytes: zip.bytes) }
  }

  private func isSafe(_ spoil: (inout MadeZip) -> Void) -> Bool? {
    var zip = MadeZip.good
    spoil(&zip)
    return try? Checkpoint.inspect(bytes: zip.bytes).safe
  }

  @Test func readsAGoodArchive() throws {
    #expect(try Checkpoint.read(bytes: MadeZip.good.bytes).tensors.count == 1)
    #expect(isSafe { _ in } == true)
  }

  @Test func refusesCompressedEntries() {
    #expect(
      error { $0.entries[1].method = 8 }
        == .zipCompressed(path: "made.pth", entry: "archive/data/0", method: 8))
    #expect(isSafe { $0.entries[1].method = 8 } == false)
  }

  @Test(arguments: [0x0001, 0x0040, 0x2000, 0x0809] as [UInt16])
  func refusesEntriesMarkedEncrypted(_ flags: UInt16) {
    #expect(
      error { $0.entries[0].flags = flags } == .zipEncrypted(path: "made.pth", entry: "archive/data.pkl"))
    #expect(isSafe { $0.entries[0].flags = flags } == false)
  }

  @Test func refusesFlagsThatDifferBetweenDirectoryAndEntry() {
    for flags: UInt16 in [0x0001, 0x0800] {
      guard case .zipInconsistent? = error({ $0.entries[0].localFlags = flags }) else {
        Issue.record("expected local flags \(flags) to be refused")
        continue
      }
    }
  }

  @Test func refusesDuplicateEntries() {
    #expect(
      error { $0.entries.append($0.entries[0]) }
        == .zipDuplicateEntry(path: "made.pth", entry: "archive/data.pkl"))
    #expect(isSafe { $0.entries.append($0.entries[0]) } == false)
  }

  @Test func refusesOverlappingEntries() {
    #expect(
      error { $0.entries[1].offset = 0 } == .zipOverlap(path: "made.pth", entry: "archive/data/0"))
    // An entry that claims its neighbour's bytes as its own.
    #expect(error { $0.entries[0].size = UInt32($0.entries[0].content.count + 30) } != nil)
    #expect(isSafe { $0.entries[1].offset = 0 } == false)
  }

  @Test func refusesSizesPastTheFile() {
    guard case .truncated? = error({ $0.entries[1].size = 1 << 31 }) else {
      Issue.record("expected the size to be refused")
      return
    }
    #expect(error { $0.entries[1].size = .max } != nil)
  }

  @Test func refusesNamesThatDifferBetweenDirectoryAndEntry() {
    #expect(
      error { $0.entries[0].localName = "archive/evil.pkl" }
        == .zipNameMismatch(path: "made.pth", central: "archive/data.pkl", local: "archive/evil.pkl"))
    // The same accent spelt in two ways is two names to a reader of bytes.
    let spelling = error {
      $0.entries.append(.init(name: "archive/\u{E9}", content: [], localName: "archive/e\u{301}"))
    }
    guard case .zipNameMismatch? = spelling else {
      Issue.record("expected the other spelling to be refused")
      return
    }
  }

  @Test(arguments: [
    "data.pkl", "/data.pkl", "archive/../data.pkl", "archive\\data.pkl", "archive/data.pkl\0.txt",
    "archive/\u{1B}[2J", "other/data.pkl", "archive/./x",
  ])
  func refusesNamesThatReadersTakeDifferently(_ name: String) {
    guard case .zipName? = error({ $0.entries.append(.init(name: name, content: [])) }) else {
      Issue.record("expected \(name.debugDescription) to be refused")
      return
    }
  }

  @Test func refusesASecondEndRecord() throws {
    let good = MadeZip.good.bytes
    let end = Array(good.suffix(22))
    guard case .zipSecondEnd? = thrown({ _ = try Checkpoint.read(bytes: good + end) }) else {
      Issue.record("expected the second end record to be refused")
      return
    }
    #expect(try !Checkpoint.inspect(bytes: good + end).safe)
    // One whose comment swallows the true one.
    var shadow = end
    shadow[20] = 22
    let directory = good.dropLast(22)
    guard case .zipSecondEnd? = thrown({ _ = try Checkpoint.read(bytes: directory + shadow + end) }) else {
      Issue.record("expected the shadowing end record to be refused")
      return
    }
  }

  @Test func refusesWhatFollowsOrPrecedesTheArchive() {
    guard case .zipEnd? = error({ $0.suffix = [0] }), case .zipEnd? = error({ $0.comment = [65] }) else {
      Issue.record("expected appended bytes and comments to be refused")
      return
    }
    guard case .unrecognised? = error({ $0.prefix = Array("#!/bin/sh\n".utf8) }) else {
      Issue.record("expected prepended bytes to be refused")
      return
    }
    guard case .zipHiddenBytes? = error({ $0.prefix = ZipDirectory.signature + [0, 0] }),
      case .zipHiddenBytes? = error({ $0.beforeDirectory = [1, 2, 3] })
    else {
      Issue.record("expected hidden bytes to be refused")
      return
    }
  }

  @Test func refusesASecondArchiveInFrontOfTheFirst() {
    let good = MadeZip.good.bytes
    guard case .zipInconsistent? = thrown({ _ = try Checkpoint.read(bytes: good + good) }) else {
      Issue.record("expected two archives to be refused")
      return
    }
  }

  @Test func refusesAWrongCountAndEntryComments() {
    for count: UInt16 in [0, 1, 3, .max] {
      guard case .zipInconsistent? = error({ $0.declaredCount = count }) else {
        Issue.record("expected \(count) entries to be refused")
        continue
      }
    }
    guard case .zipInconsistent? = error({ $0.entries[0].comment = [0x50, 0x4B, 5, 6] }) else {
      Issue.record("expected the comment to be refused")
      return
    }
  }

  @Test func checksChecksumsUnlessTheyWereLeftOut() throws {
    #expect(
      error { $0.entries[1].checksum = 1 } == .zipChecksum(path: "made.pth", entry: "archive/data/0"))
    #expect(error { $0.entries[1].checksum = 0 } == nil)
    #expect(Array("123456789".utf8).withUnsafeBytes { CyclicRedundancyCheck.checksum($0) } == 0xCBF4_3926)
  }

  @Test func refusesBigEndianNumbers() {
    #expect(
      error { $0.entries.append(.init(name: "archive/byteorder", content: Array("big".utf8))) }
        == .bigEndian(path: "made.pth"))
  }

  @Test func namesTheMissingPickle() {
    #expect(
      error { $0.entries.removeFirst() } == .zipRecordMissing(path: "made.pth", record: "data.pkl"))
  }

  @Test func zip64RecordsMustAgreeWithTheirNeighbours() throws {
    let golden = try Golden.bytes("parameters-zip.pth")
    #expect(try Checkpoint.read(bytes: golden).tensors.count == 2)
    let end = golden.count - 22
    let wide = end - 20 - 56
    // Length, disks, counts, size and offset of the wide record; the locator's place and disks.
    for field in [
      wide + 4, wide + 16, wide + 20, wide + 24, wide + 32, wide + 40, wide + 48, end - 16, end - 4,
    ] {
      var bytes = golden
      bytes[field] ^= 1
      guard case .zipInconsistent? = thrown({ _ = try Checkpoint.read(bytes: bytes) }) else {
        Issue.record("expected a change at \(field - wide) to be refused")
        continue
      }
    }
  }
}
