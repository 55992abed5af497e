@testable import Checkpoints

/// Pickle instructions put together by hand, for pickles no library writes.
final class MadePickle {
  var bytes: [UInt8] = [0x80, 2]

  /// `torch.save({"weight": tensor})` with everything that can be wrong as a parameter.
  static func stateDictionary(
    name: String = "weight", key: String = "0", type: String = "FloatStorage", count: Int = 4,
    offset: Int = 0, sizes: [Int] = [4], strides: [Int] = [1]
  ) -> MadePickle {
    let pickle = MadePickle()
    pickle.emit(.emptyDictionary).string(name)
    pickle.tensor(key: key, type: type, count: count, offset: offset, sizes: sizes, strides: strides)
    pickle.emit(.setItem, .stop)
    return pickle
  }

  @discardableResult
  func tensor(
    key: String = "0", type: String = "FloatStorage", count: Int = 4, offset: Int = 0, sizes: [Int] = [4],
    strides: [Int] = [1]
  ) -> MadePickle {
    global("torch._utils", "_rebuild_tensor_v2").emit(.mark)
    emit(.mark).string("storage").global("torch", type).string(key).string("cpu").integer(count)
    emit(.tuple, .binaryPersistentID).integer(offset)
    emit(.mark)
    for size in sizes { integer(size) }
    emit(.tuple, .mark)
    for stride in strides { integer(stride) }
    return emit(.tuple, .newFalse, .none, .tuple, .reduce)
  }

  @discardableResult
  func emit(_ instructions: PickleInstruction...) -> MadePickle {
    bytes += instructions.map(\.rawValue)
    return self
  }

  @discardableResult
  func global(_ module: String, _ name: String) -> MadePickle {
    bytes += [PickleInstruction.global.rawValue] + Array("\(module)\n\(name)\n".utf8)
    return self
  }

  @discardableResult
  func string(_ text: String) -> MadePickle {
    bytes += [PickleInstruction.binaryUnicode.rawValue]
    bytes += littleEndian(UInt32(text.utf8.count)) + Array(text.utf8)
    return self
  }

  @discardableResult
  func integer(_ value: Int) -> MadePickle {
    bytes += [PickleInstruction.long1.rawValue, 8] + littleEndian(UInt64(bitPattern: Int64(value)))
    return self
  }

  /// The pickle inside an archive, beside four floats as storage 0.
  func archived(storage: [UInt8] = [UInt8](repeating: 0, count: 16)) -> [UInt8] {
    MadeZip(entries: [
      .init(name: "archive/data.pkl", content: bytes), .init(name: "archive/data/0", content: storage),
    ]).bytes
  }

  /// The pickle inside a legacy stream, beside four floats as storage 0.
  func streamed(count: Int = 4, storage: [UInt8] = [UInt8](repeating: 0, count: 16)) -> [UInt8] {
    let version = MadePickle()
    version.integer(1001).emit(.stop)
    let system = MadePickle()
    system.emit(.emptyDictionary).string("little_endian").emit(.newTrue, .setItem, .stop)
    let keys = MadePickle()
    keys.emit(.emptyList).string("0").emit(.append, .stop)
    return TorchLegacy.signature + version.bytes + system.bytes + bytes + keys.bytes
      + littleEndian(UInt64(bitPattern: Int64(count))) + storage
  }
}

/// A number's bytes, least significant first.
func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
