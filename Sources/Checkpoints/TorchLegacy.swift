import Foundation

/// PyTorch's format before 1.6: five pickles, then the storages one after the other.
enum TorchLegacy {
  /// The first pickle: protocol 2 and PyTorch's magic number.
  static let signature: [UInt8] = [
    0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]
  private static let version = 1001

  /// Finds the named tensors.
  ///
  /// - Parameter globals: receives what the pickles name, also when an error is thrown later.
  static func contents(
    of file: CheckpointFile, policy: PickleMachine.Policy, globals: inout [PickleGlobal]
  ) throws -> CheckpointContents {
    var cursor = ByteCursor(file, part: "the pickles")
    _ = try cursor.skip(signature.count)
    try checkVersion(try run(&cursor, policy, &globals), in: file)
    try checkSystem(try run(&cursor, policy, &globals), in: file)
    let object = try run(&cursor, policy, &globals)
    let keys = try keys(try run(&cursor, policy, &globals), in: file)
    let places = try places(of: keys, declared: object, at: cursor)
    let layouts = try StateDictionary.tensors(in: object, path: file.path).map { name, tensor in
      guard let bytes = places[tensor.storage.key] else {
        throw CheckpointError.storageMissing(path: file.path, key: tensor.storage.key)
      }
      return (name, try TorchLayout.layout(of: tensor, named: name, bytes: bytes, in: file))
    }
    return try CheckpointContents(layouts: layouts, of: file)
  }

  private static func run(
    _ cursor: inout ByteCursor, _ policy: PickleMachine.Policy, _ globals: inout [PickleGlobal]
  ) throws -> Pickle {
    var machine = PickleMachine(cursor, policy: policy)
    defer {
      cursor = machine.cursor
      globals += machine.globals
    }
    return try machine.run()
  }

  private static func checkVersion(_ pickle: Pickle, in file: CheckpointFile) throws {
    guard case .integer(version) = pickle.root else {
      throw CheckpointError.legacyHeader(
        path: file.path, part: "format version", expected: "\(version)", found: pickle.root.kind)
    }
  }

  private static func checkSystem(_ pickle: Pickle, in file: CheckpointFile) throws {
    for case (.string("little_endian"), let value) in pickle.dictionary(pickle.root) ?? [] {
      if case .bool(true) = value { return }
      throw CheckpointError.bigEndian(path: file.path)
    }
    throw CheckpointError.legacyHeader(
      path: file.path, part: "byte order", expected: "little_endian = True", found: "none")
  }

  private static func keys(_ pickle: Pickle, in file: CheckpointFile) throws -> [String] {
    guard let items = pickle.list(pickle.root) else {
      throw CheckpointError.legacyHeader(
        path: file.path, part: "list of storages", expected: "a list", found: pickle.root.kind)
    }
    return try items.map { item in
      guard case .string(let key) = item else {
        throw CheckpointError.legacyHeader(
          path: file.path, part: "list of storages", expected: "names", found: item.kind)
      }
      return key
    }
  }

  /// Where each storage's bytes are, walking from the first to the last, which ends the file.
  private static func places(
    of keys: [String], declared pickle: Pickle, at start: ByteCursor
  ) throws -> [String: Range<Int>] {
    let file = start.file
    let declared = try TorchStorage.declared(in: pickle, of: file)
    var cursor = ByteCursor(file, range: start.offset..<file.count, part: "the storages")
    var places: [String: Range<Int>] = [:]
    for key in keys {
      guard let storage = declared[key] else {
        throw CheckpointError.storageMismatch(
          path: file.path, key: key, expected: "a tensor that uses it", found: "none")
      }
      guard let type = storage.type else {
        throw CheckpointError.unsupportedType(
          path: file.path, tensor: "storage \(key)", type: storage.typeName)
      }
      let count = Int(try cursor.number(Int64.self))
      guard count == storage.count else {
        throw CheckpointError.storageMismatch(
          path: file.path, key: key, expected: "\(storage.count) elements", found: "\(count)")
      }
      let (length, overflow) = count.multipliedReportingOverflow(by: type.byteCount)
      let range = try cursor.skip(overflow ? .max : length)
      guard places.updateValue(range, forKey: key) == nil else {
        throw CheckpointError.storageMismatch(
          path: file.path, key: key, expected: "one place", found: "two")
      }
    }
    guard cursor.remaining == 0 else {
      throw CheckpointError.trailingBytes(path: file.path, offset: cursor.offset, count: cursor.remaining)
    }
    return places
  }
}
