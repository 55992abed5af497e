import Testing

@testable import Checkpoints

@Suite struct TorchLayoutTests {
  private func error(_ pickle: MadePickle) -> CheckpointError? {
    let zip = thrown { _ = try Checkpoint.read(bytes: pickle.archived()) }
    let legacy = thrown { _ = try Checkpoint.read(bytes: pickle.streamed()) }
    #expect((zip == nil) == (legacy == nil))
    return zip
  }

  @Test func viewsOutsideTheirStorageAreRefused() {
    let views: [(offset: Int, sizes: [Int], strides: [Int])] = [
      (1, [4], [1]), (0, [5], [1]), (0, [2], [4]), (4, [1], [1]), (-1, [4], [1]), (0, [4], [-1]),
      (0, [2, 3], [3, 1]), (0, [2], [.max]), (.max, [2], [1]), (.max, [1], [1]), (0, [3, 3], [.max / 2, 1]),
      (0, [4], []), (5, [0], [1]),
    ]
    for view in views {
      let pickle = MadePickle.stateDictionary(offset: view.offset, sizes: view.sizes, strides: view.strides)
      guard case .tensorOutOfBounds? = error(pickle) else {
        Issue.record("expected \(view) to be out of bounds")
        continue
      }
    }
  }

  @Test func impossibleShapesAreRefused() {
    for sizes in [[-4], [.max, 2], [.max, .max, 0], [1 << 31, 1 << 31, 4], [.min, 1]] {
      let pickle = MadePickle.stateDictionary(sizes: sizes, strides: sizes.map { _ in 0 })
      #expect(error(pickle) == .impossibleShape(path: "made.pth", tensor: "weight", shape: sizes))
    }
    let many = [Int](repeating: 1, count: 65)
    #expect(error(.stateDictionary(sizes: many, strides: many)) != nil)
  }

  @Test func aStrideAlongADimensionOfSizeOneIsNeverWalked() throws {
    let pickle = MadePickle.stateDictionary(sizes: [2, 1, 2], strides: [1, .max, 2])
    let storage = [1, 2, 3, 4].flatMap { littleEndian(Float($0).bitPattern) }
    let tensor = try #require(try Checkpoint.read(bytes: pickle.archived(storage: storage)).tensors["weight"])
    #expect(tensor.elements == [1, 3, 2, 4])
  }

  @Test func expandingASmallStorageHugelyIsRefused() {
    let pickle = MadePickle.stateDictionary(sizes: [1 << 20, 1 << 20], strides: [0, 0])
    guard case .expandsTooFar? = error(pickle) else {
      Issue.record("expected the expansion cap")
      return
    }
    #expect((try? Checkpoint.inspect(bytes: pickle.archived()).safe) == false)
  }

  @Test func declaredAndStoredSizesMustAgree() {
    for count in [0, 3, 5, .max, 1 << 40] {
      let pickle = MadePickle.stateDictionary(count: count, sizes: [0], strides: [1])
      guard case .storageMismatch? = thrown({ _ = try Checkpoint.read(bytes: pickle.archived()) }) else {
        Issue.record("expected \(count) declared elements to be refused")
        continue
      }
    }
    #expect(error(.stateDictionary(count: -4)) != nil)
    #expect(error(.stateDictionary(type: "DoubleStorage", sizes: [2])) != nil)
  }

  @Test func legacyCountsAreCheckedBeforeAnythingIsAllocated() {
    for count in [-1, 3, 5, .max, .min, 1 << 61] {
      let pickle = MadePickle.stateDictionary()
      guard
        case .storageMismatch? = thrown({ _ = try Checkpoint.read(bytes: pickle.streamed(count: count)) })
      else {
        Issue.record("expected a count of \(count) to be refused")
        continue
      }
    }
    let huge = MadePickle.stateDictionary(count: .max / 2, sizes: [4])
    guard case .truncated? = thrown({ _ = try Checkpoint.read(bytes: huge.streamed(count: .max / 2)) }) else {
      Issue.record("expected a length past the file to be refused")
      return
    }
  }

  @Test func legacyTrailingBytesAreRefused() {
    let bytes = MadePickle.stateDictionary().streamed() + [0]
    #expect(
      thrown { _ = try Checkpoint.read(bytes: bytes) }
        == .trailingBytes(path: "made.pth", offset: bytes.count - 1, count: 1))
  }

  @Test func legacyBigEndianIsRefused() throws {
    var bytes = try Golden.bytes("types-legacy.pth")
    let key = Array("little_endian".utf8)
    let start = try #require((0..<200).first { Array(bytes[$0..<$0 + key.count]) == key })
    let flag = try #require((start..<start + 30).first { bytes[$0] == PickleInstruction.newTrue.rawValue })
    bytes[flag] = PickleInstruction.newFalse.rawValue
    #expect(thrown { _ = try Checkpoint.read(bytes: bytes) } == .bigEndian(path: "made.pth"))
  }

  @Test func legacyStorageViewsReadTheirWindow() throws {
    let pickle = MadePickle()
    pickle.emit(.emptyDictionary).string("weight").global("torch._utils", "_rebuild_tensor").emit(.mark)
    pickle.emit(.mark).string("storage").global("torch", "FloatStorage").string("0").string("cuda:1")
    pickle.integer(4).string("view").integer(1).integer(2).emit(.tuple3, .tuple, .binaryPersistentID)
    pickle.integer(0).integer(2).emit(.tuple1).integer(1).emit(.tuple1, .tuple, .reduce, .setItem, .stop)
    let storage = [1, 2, 3, 4].flatMap { littleEndian(Float($0).bitPattern) }
    #expect(
      try Checkpoint.read(bytes: pickle.streamed(storage: storage)).tensors["weight"]?.elements == [2, 3])
  }

  @Test func unknownElementTypesAreNamed() {
    #expect(
      error(.stateDictionary(type: "ComplexFloatStorage"))
        == .unsupportedType(path: "made.pth", tensor: "weight", type: "ComplexFloatStorage"))
  }

  @Test func aMissingStorageIsNamed() {
    #expect(
      thrown { _ = try Checkpoint.read(bytes: MadePickle.stateDictionary(key: "../0").archived()) }
        == .storageMissing(path: "made.pth", key: "../0"))
  }
}
