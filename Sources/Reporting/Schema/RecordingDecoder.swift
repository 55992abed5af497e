import Probes

/// Answers every question of a type that decodes itself with an example, and notes what was asked.
struct RecordingDecoder: Decoder {
  let node: SchemaNode
  let recorder: SchemaRecorder
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    node.form = .object
    return KeyedDecodingContainer(Keyed(node: node, recorder: recorder))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let item = SchemaNode()
    node.form = .list(item)
    return Unkeyed(item: item, recorder: recorder)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    Single(node: node, recorder: recorder)
  }

  /// An object: each key asked for is one of its own.
  private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let node: SchemaNode
    let recorder: SchemaRecorder
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    /// Asked before a key that may be missing.
    func contains(_ key: Key) -> Bool {
      node.optional.insert(DocumentKey.snakeCase(key.stringValue))
      return true
    }

    func decodeNil(forKey key: Key) throws -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      let field = SchemaNode()
      let value = try recorder.value(type, into: field)
      node.fields[DocumentKey.snakeCase(key.stringValue)] = SchemaNode.Field(node: field)
      return value
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws
      -> KeyedDecodingContainer<Nested>
    { throw SchemaRecorder.Failure.unknownType("an object without a type") }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      throw SchemaRecorder.Failure.unknownType("a list without a type")
    }

    func superDecoder() throws -> any Decoder { throw SchemaRecorder.Failure.unknownType("a class") }
    func superDecoder(forKey key: Key) throws -> any Decoder {
      throw SchemaRecorder.Failure.unknownType("a class")
    }
  }

  /// A list of one item.
  private struct Unkeyed: UnkeyedDecodingContainer {
    let item: SchemaNode
    let recorder: SchemaRecorder
    var codingPath: [any CodingKey] { [] }
    var count: Int? { 1 }
    var isAtEnd: Bool { currentIndex > 0 }
    private(set) var currentIndex = 0

    init(item: SchemaNode, recorder: SchemaRecorder) {
      self.item = item
      self.recorder = recorder
    }

    mutating func decodeNil() throws -> Bool { false }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      currentIndex += 1
      return try recorder.value(type, into: item)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws
      -> KeyedDecodingContainer<Nested>
    { throw SchemaRecorder.Failure.unknownType("an object without a type") }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
      throw SchemaRecorder.Failure.unknownType("a list without a type")
    }

    mutating func superDecoder() throws -> any Decoder { throw SchemaRecorder.Failure.unknownType("a class") }
  }

  /// A value of its own; asked whether it is null, it may be.
  private struct Single: SingleValueDecodingContainer {
    let node: SchemaNode
    let recorder: SchemaRecorder
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool {
      node.isNullable = true
      return false
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try recorder.value(type, into: node) }
  }
}
