import Yams

/// A recipe's names and values, taken out one by one and checked; what nobody takes is an error.
///
/// Only plain data is read: no YAML tag makes anything but text, numbers, lists and tables.
struct RecipeTable {
  let path: String
  /// The SHA-256 digest of the whole file, in hexadecimal digits.
  let digest: String
  private var values: [String: Node] = [:]
  private var asked: Set<String> = []
  /// Where the table stands: `recipe.yaml:3`.
  let place: String
  /// `preprocessing.` in front of the names of a table within a table.
  private let prefix: String

  /// Reads the table at `path`.
  ///
  /// - Throws: `FileError`, or `RecipeError` when the file is not a YAML table with each name once.
  init(contentsOf path: String) throws {
    let file = try RecipeFile(contentsOf: path)
    try self.init(file.root, path: path, digest: file.digest, prefix: "")
  }

  private init(_ node: Node, path: String, digest: String, prefix: String) throws {
    (self.path, self.digest, self.prefix) = (path, digest, prefix)
    place = RecipeTable.place(path, node)
    guard case .mapping(let mapping) = node else {
      throw RecipeError.notAMapping(place: place, found: RecipeTable.kind(node))
    }
    for (key, value) in mapping {
      let here = RecipeTable.place(path, key)
      guard let name = key.string, case .scalar = key else {
        throw RecipeError.notAMapping(place: here, found: "\(RecipeTable.kind(key)) as a name")
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw RecipeError.repeatedKey(place: here, key: prefix + name)
      }
    }
  }

  // MARK: Values

  /// The text under `key`; nil when there is none.
  mutating func text(_ key: String, _ expected: String = "text") throws -> String? {
    guard let node = take(key) else { return nil }
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else { throw bad(key, node, expected) }
    return scalar.string
  }

  /// The text under `key`.
  mutating func requiredText(_ key: String, _ expected: String) throws -> String {
    guard let text = try text(key, expected) else {
      throw RecipeError.missingKey(path: path, key: prefix + key, expected: expected)
    }
    return text
  }

  /// The whole number under `key`, in `range`; nil when there is none.
  mutating func whole<Number: FixedWidthInteger>(_ key: String, in range: ClosedRange<Number>) throws
    -> Number?
  {
    guard let node = take(key) else { return nil }
    guard case .scalar(let scalar) = node, let number = Number(scalar.string), range.contains(number) else {
      let end =
        range.upperBound == .max
        ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
      throw bad(key, node, "a whole number \(end)")
    }
    return number
  }

  /// The number under `key`, above 0; nil when there is none.
  mutating func positive(_ key: String) throws -> Double? {
    guard let node = take(key) else { return nil }
    guard let number = RecipeTable.number(node), number > 0 else { throw bad(key, node, "a number above 0") }
    return number
  }

  /// The number under `key`, in `range`; nil when there is none.
  ///
  /// - Parameter isOpen: whether the range's end is no longer in it.
  mutating func number(_ key: String, in range: ClosedRange<Double>, isOpen: Bool = false) throws -> Double? {
    guard let node = take(key) else { return nil }
    guard let number = RecipeTable.number(node), range.contains(number),
      !isOpen || number < range.upperBound
    else {
      let end =
        isOpen
        ? "to below \(RecipeTable.shown(range.upperBound))" : "to \(RecipeTable.shown(range.upperBound))"
      throw bad(key, node, "a number from \(RecipeTable.shown(range.lowerBound)) \(end)")
    }
    return number
  }

  /// Two numbers under `key`, as a list, the first no greater than the second and both in `range`; nil when there
  /// are none.
  mutating func span(_ key: String, in range: ClosedRange<Double>) throws -> ClosedRange<Double>? {
    guard let node = take(key) else { return nil }
    let numbers = RecipeTable.items(node).compactMap(RecipeTable.number).filter(range.contains)
    guard case .sequence(let list) = node, list.count == 2, numbers.count == 2, numbers[0] <= numbers[1]
    else {
      throw bad(
        key, node,
        "a list of two numbers from \(RecipeTable.shown(range.lowerBound)) to \(RecipeTable.shown(range.upperBound)), "
          + "the smaller first")
    }
    return numbers[0]...numbers[1]
  }

  /// `true` or `false` under `key`; nil when there is none.
  mutating func flag(_ key: String) throws -> Bool? {
    guard let node = take(key) else { return nil }
    guard case .scalar(let scalar) = node, let flag = Bool(scalar.string) else {
      throw bad(key, node, "true or false")
    }
    return flag
  }

  /// The number or numbers under `key`, each above 0; nil when there is none.
  mutating func positives(_ key: String) throws -> [Double]? {
    guard let node = take(key) else { return nil }
    let numbers = RecipeTable.items(node).map(RecipeTable.number)
    let found = numbers.compactMap { $0 }.filter { $0 > 0 }
    guard !numbers.isEmpty, numbers.count <= 100, found.count == numbers.count else {
      throw bad(key, node, "a number above 0 or a list of at most 100 such")
    }
    return found
  }

  /// Three numbers under `key`, as a list; nil when there is none.
  mutating func colour(_ key: String, where isSuitable: (Double) -> Bool, _ expected: String) throws
    -> [Float]?
  {
    guard let node = take(key) else { return nil }
    let numbers = RecipeTable.items(node).compactMap(RecipeTable.number).filter(isSuitable)
    guard case .sequence(let list) = node, list.count == 3, numbers.count == 3 else {
      throw bad(key, node, "a list of three \(expected)")
    }
    return numbers.map { Float($0) }
  }

  /// One of some words under `key`; nil when there is none.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, of: Choice.Type
  ) throws -> Choice? where Choice.RawValue == String {
    guard let node = take(key) else { return nil }
    guard case .scalar(let scalar) = node, let choice = Choice(rawValue: scalar.string) else {
      throw bad(key, node, Choice.allCases.map(\.rawValue).joined(separator: " or "))
    }
    return choice
  }

  /// The table under `key`; nil when there is none.
  mutating func table(_ key: String) throws -> RecipeTable? {
    guard let node = take(key) else { return nil }
    guard case .mapping = node else { throw bad(key, node, "a table of names and values") }
    return try RecipeTable(node, path: path, digest: digest, prefix: "\(prefix)\(key).")
  }

  /// The tables in the list under `key`; nil when there is none.
  mutating func tables(_ key: String) throws -> [RecipeTable]? {
    guard let node = take(key) else { return nil }
    guard case .sequence(let list) = node, !list.isEmpty else { throw bad(key, node, "a list of tables") }
    return try list.map { try RecipeTable($0, path: path, digest: digest, prefix: "\(prefix)\(key).") }
  }

  /// What stands under one name.
  struct Entry: Hashable {
    let name: String
    /// `recipe.yaml:3`
    let place: String
    let value: Value

    enum Value: Hashable {
      /// `true` or `false`, without quotes.
      case flag(Bool)
      case text(String)
      case list([String])
    }
  }

  /// All names with what stands under them, in the order of the names.
  mutating func entries() throws -> [Entry] {
    try values.keys.sorted().compactMap { key in
      try take(key).map { node in
        Entry(name: key, place: RecipeTable.place(path, node), value: try value(of: node, under: key))
      }
    }
  }

  private func value(of node: Node, under key: String) throws -> Entry.Value {
    switch node {
    case .scalar(let scalar) where scalar.style == .plain && Bool(scalar.string) != nil:
      return .flag(scalar.string == "true")
    case .scalar(let scalar) where !scalar.string.isEmpty: return .text(scalar.string)
    case .sequence(let list):
      let texts = list.compactMap { item -> String? in
        guard case .scalar(let scalar) = item, !scalar.string.isEmpty else { return nil }
        return scalar.string
      }
      guard !texts.isEmpty, texts.count == list.count else {
        throw bad(key, node, "a list of texts and numbers")
      }
      return .list(texts)
    default: throw bad(key, node, "a text, a number, true, false or a list of such")
    }
  }

  /// All names with their texts.
  mutating func texts() throws -> [String: String] {
    var result: [String: String] = [:]
    for key in values.keys.sorted() { result[key] = try text(key) }
    return result
  }

  /// An error for a value that was taken and does not do.
  func refuse(_ key: String, expected: String, found: String) -> RecipeError {
    .badValue(
      place: values[key].map { RecipeTable.place(path, $0) } ?? place, key: prefix + key, expected: expected,
      found: found)
  }

  /// Checks that every name was asked for.
  func finish() throws {
    let unknown = values.filter { !asked.contains($0.key) }.min { $0.key < $1.key }
    guard let unknown else { return }
    throw RecipeError.unknownKey(
      place: RecipeTable.place(path, unknown.value), key: prefix + unknown.key,
      known: asked.map { prefix + $0 })
  }

  // MARK: Nodes

  private mutating func take(_ key: String) -> Node? {
    asked.insert(key)
    return values[key]
  }

  private func bad(_ key: String, _ node: Node, _ expected: String) -> RecipeError {
    .badValue(
      place: RecipeTable.place(path, node), key: prefix + key, expected: expected,
      found: RecipeTable.kind(node))
  }

  private static func number(_ node: Node) -> Double? {
    guard case .scalar(let scalar) = node, let number = Double(scalar.string), number.isFinite else {
      return nil
    }
    return number
  }

  private static func shown(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
  }

  private static func items(_ node: Node) -> [Node] {
    if case .sequence(let list) = node { return Array(list) }
    return [node]
  }

  private static func place(_ path: String, _ node: Node) -> String {
    node.mark.map { "\(path):\($0.line)" } ?? path
  }

  private static func kind(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar):
      scalar.string.isEmpty
        ? "nothing" : "'\(scalar.string.prefix(40).split(separator: "\n").joined(separator: " "))'"
    case .mapping: "a table"
    case .sequence(let list): "a list of \(list.count)"
    case .alias: "an alias"
    }
  }
}
