import Foundation

/// An interpreter of the pickles `torch.save` writes that executes nothing: the few globals with a meaning
/// here are implemented here, every other becomes an inert node.
struct PickleMachine {
  /// What to do with a global that could run code in another reader.
  enum Policy {
    /// Throw `CheckpointError.dangerousGlobal`.
    case refuse
    /// Note it in `globals` and go on with an inert node.
    case note
  }

  private(set) var cursor: ByteCursor
  /// Every global named so far, each once, in order.
  private(set) var globals: [PickleGlobal] = []

  private let policy: Policy
  private let start: Int
  private var seenGlobals: Set<PickleGlobal> = []
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [UInt32: PickleValue] = [:]
  private var nodes: [PickleNode] = []
  private var copied = 0

  /// A machine for the pickle that starts at the cursor.
  init(_ cursor: ByteCursor, policy: Policy) {
    self.cursor = cursor
    self.policy = policy
    start = cursor.offset
  }

  /// Runs one pickle to its end; the cursor then stands behind it.
  ///
  /// - Throws: `CheckpointError` for everything that is not a `torch.save` pickle within the limits.
  mutating func run() throws -> Pickle {
    stack = []
    marks = []
    memo = [:]
    nodes = []
    let header = cursor.offset
    let first = try cursor.byte()
    guard first == PickleInstruction.proto.rawValue else {
      throw CheckpointError.pickleProtocol(path: cursor.file.path, found: 0)
    }
    let version = try cursor.byte()
    guard version == 2 else {
      throw CheckpointError.pickleProtocol(path: cursor.file.path, found: Int(version))
    }
    while true {
      let offset = cursor.offset
      let code = try cursor.byte()
      guard let instruction = PickleInstruction(rawValue: code), instruction != .proto else {
        throw CheckpointError.pickleInstruction(path: cursor.file.path, code: code, offset: offset)
      }
      if instruction == .stop {
        let root = try pop()
        guard stack.isEmpty, marks.isEmpty else {
          throw operand("one value at the end", "\(stack.count) more")
        }
        return Pickle(nodes: nodes, root: root)
      }
      try execute(instruction)
      try check(cursor.offset - header, below: PickleLimits.bytes, "bytes")
      try check(stack.count, below: PickleLimits.stack, "values on the stack")
    }
  }

  // MARK: - Instructions

  private mutating func execute(_ instruction: PickleInstruction) throws {
    switch instruction {
    case .none: stack.append(.none)
    case .newTrue: stack.append(.bool(true))
    case .newFalse: stack.append(.bool(false))
    case .binaryInteger: stack.append(.integer(Int(try cursor.number(Int32.self))))
    case .binaryInteger1: stack.append(.integer(Int(try cursor.byte())))
    case .binaryInteger2: stack.append(.integer(Int(try cursor.number(UInt16.self))))
    case .long1: stack.append(try long(byteCount: Int(try cursor.byte())))
    case .binaryFloat:
      stack.append(.float(Double(bitPattern: try cursor.number(UInt64.self).byteSwapped)))
    case .binaryUnicode: try pushText(byteCount: Int(try cursor.number(UInt32.self)))
    case .binaryString: try pushBytes(count: Int(try cursor.number(UInt32.self)))
    case .shortBinaryString: try pushBytes(count: Int(try cursor.byte()))
    case .global: try pushGlobal()
    case .mark:
      try check(marks.count + 1, below: PickleLimits.marks, "open marks")
      marks.append(stack.count)
    case .pop: try popValueOrMark()
    case .popMark: _ = try popToMark()
    case .emptyTuple: try push(.tuple, [])
    case .emptyList, .emptySet: try push(.list, [])
    case .emptyDictionary: try push(.dictionary, [])
    case .tuple: try push(.tuple, try popToMark())
    case .tuple1: try push(.tuple, try pop(count: 1))
    case .tuple2: try push(.tuple, try pop(count: 2))
    case .tuple3: try push(.tuple, try pop(count: 3))
    case .append: try extend(with: try pop(count: 1), pairs: false)
    case .appends, .addItems: try extend(with: try popToMark(), pairs: false)
    case .setItem: try extend(with: try pop(count: 2), pairs: true)
    case .setItems: try extend(with: try popToMark(), pairs: true)
    case .binaryPut: try remember(UInt32(try cursor.byte()))
    case .longBinaryPut: try remember(try cursor.number())
    case .binaryGet: try recall(UInt32(try cursor.byte()))
    case .longBinaryGet: try recall(try cursor.number())
    case .binaryPersistentID: try resolvePersistentID()
    case .reduce: try reduce()
    case .newObject: try makeObject()
    case .build: try build()
    case .stop, .proto: break
    }
  }

  private mutating func long(byteCount: Int) throws -> PickleValue {
    let range = try cursor.skip(byteCount)
    guard byteCount > 0 else { return .integer(0) }
    // A longer number is no size or offset; it matters only that it is not mistaken for one.
    guard byteCount <= 8 else { return .none }
    return cursor.file.withBytes(of: range) { bytes in
      let negative = bytes[byteCount - 1] & 0x80 != 0
      var value: UInt64 = negative ? .max : 0
      for byte in bytes.reversed() { value = (value << 8) | UInt64(byte) }
      return .integer(Int(Int64(bitPattern: value)))
    }
  }

  private mutating func pushText(byteCount: Int) throws {
    guard let text = try cursor.text(byteCount) else { throw operand("UTF-8 text", "other bytes") }
    stack.append(.string(text))
  }

  /// A Python 2 string: bytes, which for names are ASCII; others are taken as Latin-1.
  private mutating func pushBytes(count: Int) throws {
    let bytes = try cursor.data(count)
    stack.append(.string(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))))
  }

  private mutating func pushGlobal() throws {
    guard let module = try cursor.line(), let name = try cursor.line() else {
      throw operand("a module and a name in UTF-8", "other bytes")
    }
    let global = PickleGlobal(module: module, name: name)
    if seenGlobals.insert(global).inserted { globals.append(global) }
    if policy == .refuse, global.judgement == .dangerous {
      throw CheckpointError.dangerousGlobal(path: cursor.file.path, name: global.description)
    }
    stack.append(.global(global))
  }

  // MARK: - Stack, memo and nodes

  private mutating func push(_ kind: PickleNode.Kind, _ items: [PickleValue]) throws {
    try check(nodes.count + 1, below: PickleLimits.nodes, "objects")
    let depth = try depth(above: items)
    nodes.append(PickleNode(kind: kind, items: items, depth: depth))
    stack.append(.node(nodes.count - 1))
  }

  private mutating func pop() throws -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw operand("a value on the stack", "none")
    }
    return value
  }

  private mutating func pop(count: Int) throws -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw operand("\(count) values on the stack", "\(stack.count - (marks.last ?? 0))")
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw operand("a mark on the stack", "none") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func popValueOrMark() throws {
    if let mark = marks.last, mark == stack.count {
      marks.removeLast()
    } else {
      _ = try pop()
    }
  }

  private mutating func remember(_ index: UInt32) throws {
    guard stack.count > (marks.last ?? 0), let value = stack.last else {
      throw operand("a value to remember", "none")
    }
    try check(memo.count + 1, below: PickleLimits.memo, "remembered values")
    memo[index] = value
  }

  private mutating func recall(_ index: UInt32) throws {
    guard let value = memo[index] else { throw operand("remembered value \(index)", "none") }
    stack.append(value)
  }

  /// Adds to the list or dictionary on top of the stack; what is added to an inert object is dropped.
  private mutating func extend(with items: [PickleValue], pairs: Bool) throws {
    guard stack.count > (marks.last ?? 0), case .node(let index)? = stack.last else {
      throw operand("a container on the stack", stack.last?.kind ?? "none")
    }
    guard !pairs || items.count % 2 == 0 else { throw operand("keys with values", "a key alone") }
    switch (nodes[index].kind, pairs) {
    case (.list, false), (.dictionary, true):
      nodes[index].depth = max(nodes[index].depth, try depth(above: items))
      nodes[index].items.append(contentsOf: items)
    case (.inert, _): break
    default: throw operand(pairs ? "a dictionary" : "a list", "another object")
    }
  }

  private func depth(above items: [PickleValue]) throws -> Int {
    var deepest = 0
    for case .node(let index) in items { deepest = max(deepest, nodes[index].depth) }
    try check(deepest + 1, below: PickleLimits.nesting, "levels of nesting")
    return deepest + 1
  }

  // MARK: - Objects

  private mutating func resolvePersistentID() throws {
    let identifier = try pop()
    let items = tuple(identifier) ?? []
    if case .string("storage")? = items.first {
      try push(.storage(try TorchPickle.storage(items, in: self)), [])
    } else if items.count == 4, case .string("module") = items[0], case .global = items[1] {
      // The legacy format puts a class' source beside its name; what is meant is the class.
      stack.append(items[1])
    } else {
      try push(.inert("a persistent id"), [])
    }
  }

  private mutating func reduce() throws {
    let arguments = try pop()
    let callable = try pop()
    guard let items = tuple(arguments) else { throw operand("a tuple of arguments", arguments.kind) }
    guard case .global(let global) = callable, case .interpreted(let meaning) = global.judgement else {
      try push(.inert(kind(of: callable)), [])
      return
    }
    switch meaning {
    case .orderedDictionary:
      let pairs = try TorchPickle.pairs(items, in: self)
      // The one place where a few bytes of instructions copy many values.
      copied += pairs.count
      try check(copied, below: PickleLimits.nodes, "copied values")
      try push(.dictionary, pairs)
    case .rebuildTensor, .rebuildTensorV2:
      try push(.tensor(try TorchPickle.tensor(items, in: self)), [])
    case .rebuildParameter:
      guard let tensor = items.first else { throw operand("a parameter's tensor", "nothing") }
      stack.append(tensor)
    case .size: try push(.tuple, items.first.flatMap { tuple($0) } ?? [])
    case .storage: try push(.inert(global.description), [])
    }
  }

  private mutating func makeObject() throws {
    let arguments = try pop()
    let type = try pop()
    guard tuple(arguments) != nil else { throw operand("a tuple of arguments", arguments.kind) }
    if case .global(let global) = type, global.judgement == .interpreted(.orderedDictionary) {
      try push(.dictionary, [])
    } else {
      try push(.inert(kind(of: type)), [])
    }
  }

  /// Attributes set on an object: `_metadata` on a state dict, anything on an inert node. None has a meaning
  /// for the tensors.
  private mutating func build() throws {
    _ = try pop()
    guard stack.count > (marks.last ?? 0), case .node? = stack.last else {
      throw operand("an object on the stack", stack.last?.kind ?? "none")
    }
  }

  /// A tuple's items; nil for anything else.
  func tuple(_ value: PickleValue) -> [PickleValue]? {
    guard case .node(let index) = value, case .tuple = nodes[index].kind else { return nil }
    return nodes[index].items
  }

  /// A list's or tuple's items; nil for anything else.
  func sequence(_ value: PickleValue) -> [PickleValue]? {
    guard case .node(let index) = value else { return nil }
    switch nodes[index].kind {
    case .tuple, .list: return nodes[index].items
    default: return nil
    }
  }

  /// The storage a value is; nil for anything else.
  func storage(_ value: PickleValue) -> TorchStorage? {
    guard case .node(let index) = value, case .storage(let storage) = nodes[index].kind else { return nil }
    return storage
  }

  private func kind(of value: PickleValue) -> String {
    if case .node(let index) = value, case .inert(let name) = nodes[index].kind { return name }
    return value.kind
  }

  // MARK: - Errors

  /// An error about the operands of the instruction just read.
  func operand(_ expected: String, _ found: String) -> CheckpointError {
    .pickleOperand(path: cursor.file.path, offset: cursor.offset, expected: expected, found: found)
  }

  private func check(_ amount: Int, below limit: Int, _ what: String) throws {
    guard amount <= limit else {
      throw CheckpointError.pickleLimit(
        path: cursor.file.path, offset: cursor.offset, what: what, limit: limit)
    }
  }
}
