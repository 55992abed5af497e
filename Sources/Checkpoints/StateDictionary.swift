/// Finding the named tensors in what a pickle holds.
enum StateDictionary {
  /// Keys under which training scripts put the state dict beside the epoch, the optimiser and so on.
  private static let wrappers = ["state_dict", "model_state_dict", "model"]

  /// The named tensors of a pickle; entries that are no tensors are left out.
  ///
  /// - Throws: `CheckpointError.wholeModule` or `.noTensors` when there is none.
  static func tensors(in pickle: Pickle, path: String) throws -> [(name: String, tensor: TorchTensor)] {
    var root = pickle.root
    var entries: [(key: PickleValue, value: PickleValue)] = []
    // A wrapper inside a wrapper occurs; a chain of them is no checkpoint.
    for _ in 0..<wrappers.count + 1 {
      guard let found = pickle.dictionary(root) else { break }
      entries = found
      guard let inner = wrapped(entries, in: pickle) else { break }
      root = inner
    }
    let tensors = try named(entries, in: pickle, path: path)
    if !tensors.isEmpty { return tensors }
    throw absence(root: root, entries: entries, in: pickle, path: path)
  }

  /// The dictionary behind the first wrapper's key; nil when there is none.
  private static func wrapped(
    _ entries: [(key: PickleValue, value: PickleValue)], in pickle: Pickle
  ) -> PickleValue? {
    for wrapper in wrappers {
      for case (.string(wrapper), let value) in entries {
        if let node = pickle.node(value), case .dictionary = node.kind { return value }
      }
    }
    return nil
  }

  private static func named(
    _ entries: [(key: PickleValue, value: PickleValue)], in pickle: Pickle, path: String
  ) throws -> [(name: String, tensor: TorchTensor)] {
    var seen: Set<String> = []
    var tensors: [(name: String, tensor: TorchTensor)] = []
    for case (.string(let name), let value) in entries where name != "_metadata" {
      guard let node = pickle.node(value), case .tensor(let tensor) = node.kind else { continue }
      guard seen.insert(name).inserted else { throw CheckpointError.duplicateTensor(path: path, name: name) }
      tensors.append((name, tensor))
    }
    return tensors
  }

  /// The error that says best what is there instead of tensors.
  private static func absence(
    root: PickleValue, entries: [(key: PickleValue, value: PickleValue)], in pickle: Pickle, path: String
  ) -> CheckpointError {
    for value in [root] + entries.map(\.value) {
      if let node = pickle.node(value), case .inert(let type) = node.kind {
        return .wholeModule(path: path, type: type)
      }
    }
    guard let node = pickle.node(root) else { return .noTensors(path: path, found: root.kind) }
    switch node.kind {
    case .dictionary:
      let keys = entries.prefix(5).map { entry in
        if case .string(let key) = entry.key { key } else { entry.key.kind }
      }
      let list = keys.joined(separator: ", ")
      return .noTensors(
        path: path, found: keys.isEmpty ? "an empty dictionary" : "a dictionary with the entries \(list)")
    case .tensor: return .noTensors(path: path, found: "a single tensor without a name")
    case .tuple, .list: return .noTensors(path: path, found: "a list of \(node.items.count)")
    case .storage: return .noTensors(path: path, found: "a bare storage")
    case .inert(let type): return .wholeModule(path: path, type: type)
    }
  }
}
