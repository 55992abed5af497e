/// A value on the pickle machine's stack.
///
/// Containers are indices into the machine's table of nodes: a pickle can tie them into knots or nest them
/// deeply without this process building, walking or freeing anything recursively.
enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  case float(Double)
  case string(String)
  case global(PickleGlobal)
  case node(Int)

  /// A word for messages.
  var kind: String {
    switch self {
    case .none: "None"
    case .bool: "a boolean"
    case .integer: "a whole number"
    case .float: "a number"
    case .string: "a string"
    case .global(let global): global.description
    case .node: "an object"
    }
  }
}

/// An object with contents.
struct PickleNode: Sendable {
  enum Kind: Sendable {
    case tuple
    case list
    /// `items` holds keys and values in turn.
    case dictionary
    case storage(TorchStorage)
    case tensor(TorchTensor)
    /// Something this reader does not interpret; named by what it would have been made with.
    case inert(String)
  }

  let kind: Kind
  var items: [PickleValue] = []
  /// How deeply containers nest below this one; 1 for one that holds none.
  var depth = 1
}

/// A storage as a pickle's persistent id declares it.
struct TorchStorage: Hashable, Sendable {
  /// The name of the storage's bytes in the file.
  let key: String
  /// The storage class, for example `FloatStorage`.
  let typeName: String
  /// The number of elements stored under `key`.
  let count: Int
  /// The window of `count` that is this storage, in elements; all of it unless the file says otherwise.
  let window: Range<Int>

  /// The element type; nil when it is not one that is read.
  var type: ScalarType? { ScalarType(torchStorage: typeName) }
}

/// A tensor as a pickle describes it: a strided view of a storage. Nothing is checked yet.
struct TorchTensor: Sendable {
  let storage: TorchStorage
  /// The first element, counted from the start of the storage's window.
  let offset: Int
  let sizes: [Int]
  let strides: [Int]
}

/// What a pickle was made of.
struct Pickle: Sendable {
  let nodes: [PickleNode]
  let root: PickleValue

  /// The node behind a value; nil for plain values.
  func node(_ value: PickleValue) -> PickleNode? {
    guard case .node(let index) = value else { return nil }
    return nodes[index]
  }

  /// The keys and values of a dictionary in the order they were set; nil for anything else.
  func dictionary(_ value: PickleValue) -> [(key: PickleValue, value: PickleValue)]? {
    guard let node = node(value), case .dictionary = node.kind else { return nil }
    return stride(from: 0, to: node.items.count - 1, by: 2).map { (node.items[$0], node.items[$0 + 1]) }
  }

  /// The items of a list; nil for anything else.
  func list(_ value: PickleValue) -> [PickleValue]? {
    guard let node = node(value), case .list = node.kind else { return nil }
    return node.items
  }
}

extension TorchStorage {
  /// The storages a pickle declares, by key.
  ///
  /// - Throws: `CheckpointError.storageMismatch` when two declarations of a key differ.
  static func declared(in pickle: Pickle, of file: CheckpointFile) throws -> [String: TorchStorage] {
    var storages: [String: TorchStorage] = [:]
    for node in pickle.nodes {
      guard case .storage(let storage) = node.kind else { continue }
      let first = storages.updateValue(storage, forKey: storage.key) ?? storage
      guard first.typeName == storage.typeName, first.count == storage.count else {
        throw CheckpointError.storageMismatch(
          path: file.path, key: storage.key, expected: "\(first.count) of \(first.typeName)",
          found: "\(storage.count) of \(storage.typeName)")
      }
    }
    return storages
  }
}
