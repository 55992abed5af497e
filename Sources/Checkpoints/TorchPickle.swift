/// PyTorch's own objects, made from the arguments its pickles give them.
enum TorchPickle {
  /// The storage that `('storage', class, key, location, count[, view])` declares.
  static func storage(_ items: [PickleValue], in machine: PickleMachine) throws -> TorchStorage {
    guard items.count == 5 || items.count == 6, case .global(let type) = items[1], type.module == "torch",
      case .string(let key) = items[2], case .string = items[3], case .integer(let count) = items[4],
      count >= 0
    else { throw machine.operand("a storage's class, key, device and size", "something else") }
    let whole = TorchStorage(key: key, typeName: type.name, count: count, window: 0..<count)
    guard items.count == 6 else { return whole }
    if case .none = items[5] { return whole }
    guard let view = machine.tuple(items[5]), view.count == 3, case .string = view[0],
      case .integer(let offset) = view[1],
      case .integer(let size) = view[2], offset >= 0, size >= 0, offset <= count, size <= count - offset
    else { throw machine.operand("a view inside its storage", "one outside") }
    return TorchStorage(key: key, typeName: type.name, count: count, window: offset..<offset + size)
  }

  /// The tensor that `(storage, offset, sizes, strides, …)` describes.
  static func tensor(_ items: [PickleValue], in machine: PickleMachine) throws -> TorchTensor {
    guard items.count >= 4, let storage = machine.storage(items[0]), case .integer(let offset) = items[1],
      let sizes = integers(items[2], in: machine), let strides = integers(items[3], in: machine)
    else {
      throw machine.operand("a tensor's storage, offset, and up to 64 sizes and strides", "something else")
    }
    return TorchTensor(storage: storage, offset: offset, sizes: sizes, strides: strides)
  }

  /// Keys and values in turn from `()` or `([(key, value), …],)`.
  static func pairs(_ arguments: [PickleValue], in machine: PickleMachine) throws -> [PickleValue] {
    guard let first = arguments.first else { return [] }
    guard arguments.count == 1, let entries = machine.sequence(first), entries.count <= PickleLimits.stack
    else {
      throw machine.operand("an ordered dictionary's entries", first.kind)
    }
    var items: [PickleValue] = []
    for entry in entries {
      guard let pair = machine.sequence(entry), pair.count == 2 else {
        throw machine.operand("a key with its value", entry.kind)
      }
      items.append(contentsOf: pair)
    }
    return items
  }

  private static func integers(_ value: PickleValue, in machine: PickleMachine) -> [Int]? {
    guard let items = machine.sequence(value), items.count <= TensorLayout.largestRank else { return nil }
    var numbers: [Int] = []
    for item in items {
      guard case .integer(let number) = item else { return nil }
      numbers.append(number)
    }
    return numbers
  }
}
