/// The fields of one message in the protobuf wire format, in the order of the file.
///
/// Only what ONNX files use: varints, fixed numbers and lengths. Groups, which nest without a length, are refused,
/// so that reading never goes deeper than the caller asks.
struct ProtobufMessage {
  /// One field as it stands in the file.
  struct Field {
    enum Value {
      case varint(UInt64)
      case fixed64(UInt64)
      case fixed32(UInt32)
      /// Where the bytes are in the file.
      case bytes(Range<Int>)
    }

    let number: Int
    /// Where the field begins, from the start of the file.
    let offset: Int
    let value: Value
  }

  private var cursor: ByteCursor
  private var file: CheckpointFile { cursor.file }

  /// - Parameters:
  ///   - range: the message's bytes; must lie inside the file.
  ///   - part: what is being read, for messages.
  init(_ file: CheckpointFile, range: Range<Int>? = nil, part: String) {
    cursor = ByteCursor(file, range: range, part: part)
  }

  /// The next field; nil at the end.
  ///
  /// - Throws: `CheckpointError.truncated` for a length past the end, `.protobufVarint`, `.protobufField`.
  mutating func next() throws -> Field? {
    guard cursor.remaining > 0 else { return nil }
    let offset = cursor.offset
    let key = try cursor.varint()
    let number = key >> 3
    guard (1...ProtobufMessage.greatestNumber).contains(number) else {
      throw CheckpointError.protobufField(
        path: file.path, part: cursor.part, offset: offset, expected: "a field number from 1",
        found: "\(number)")
    }
    let value: Field.Value
    switch key & 7 {
    case 0: value = .varint(try cursor.varint())
    case 1: value = .fixed64(try cursor.number())
    case 2:
      let length = try cursor.varint()
      value = .bytes(try cursor.skip(Int(clamping: length)))
    case 5: value = .fixed32(try cursor.number())
    default:
      throw CheckpointError.protobufField(
        path: file.path, part: cursor.part, offset: offset, expected: "a number or a length",
        found: "wire type \(key & 7)")
    }
    return Field(number: Int(number), offset: offset, value: value)
  }

  private static let greatestNumber: UInt64 = 1 << 29 - 1

  // MARK: A field's content

  /// A signed number, as `int32`, `int64` and enumerations are written.
  func integer(_ field: Field) throws -> Int {
    guard case .varint(let bits) = field.value else { throw wrong(field, "a whole number") }
    return Int(Int64(bitPattern: bits))
  }

  /// A 32-bit float.
  func float(_ field: Field) throws -> Float {
    guard case .fixed32(let bits) = field.value else { throw wrong(field, "a 32-bit float") }
    return Float(bitPattern: bits)
  }

  /// Where a text's, a byte string's or a message's bytes are.
  func bytes(_ field: Field) throws -> Range<Int> {
    guard case .bytes(let range) = field.value else { throw wrong(field, "a length and bytes") }
    return range
  }

  /// UTF-8 text.
  func text(_ field: Field) throws -> String {
    let range = try bytes(field)
    guard let text = file.withBytes(of: range, { String(validating: $0, as: UTF8.self) }) else {
      throw wrong(field, "UTF-8 text")
    }
    return text
  }

  /// A message inside this one.
  func message(_ field: Field, part: String) throws -> ProtobufMessage {
    ProtobufMessage(file, range: try bytes(field), part: part)
  }

  /// Calls `body` with each number of a repeated field, which may stand alone or packed.
  func forEachInteger(_ field: Field, _ body: (Int) throws -> Void) throws {
    guard case .bytes(let range) = field.value else { return try body(try integer(field)) }
    var packed = ByteCursor(file, range: range, part: cursor.part)
    while packed.remaining > 0 { try body(Int(Int64(bitPattern: try packed.varint()))) }
  }

  /// Calls `body` with each number of a repeated 32-bit float field, which may stand alone or packed.
  func forEachFloat(_ field: Field, _ body: (Float) throws -> Void) throws {
    guard case .bytes(let range) = field.value else { return try body(try float(field)) }
    var packed = ByteCursor(file, range: range, part: cursor.part)
    while packed.remaining > 0 { try body(Float(bitPattern: try packed.number())) }
  }

  /// The same for 64-bit floats.
  func forEachDouble(_ field: Field, _ body: (Double) throws -> Void) throws {
    switch field.value {
    case .fixed64(let bits): try body(Double(bitPattern: bits))
    case .bytes(let range):
      var packed = ByteCursor(file, range: range, part: cursor.part)
      while packed.remaining > 0 { try body(Double(bitPattern: try packed.number())) }
    default: throw wrong(field, "64-bit floats")
    }
  }

  private func wrong(_ field: Field, _ expected: String) -> CheckpointError {
    let found =
      switch field.value {
      case .varint: "a whole number"
      case .fixed64: "a 64-bit number"
      case .fixed32: "a 32-bit number"
      case .bytes: "other bytes"
      }
    return .protobufField(
      path: file.path, part: cursor.part, offset: field.offset,
      expected: "\(expected) in field \(field.number)", found: found)
  }
}

extension ByteCursor {
  /// The next number of seven bits a byte, least significant first.
  ///
  /// - Throws: `CheckpointError.protobufVarint` when it takes more than ten bytes or more than 64 bits.
  fileprivate mutating func varint() throws -> UInt64 {
    let start = offset
    var result: UInt64 = 0
    for shift in stride(from: 0, to: 70, by: 7) {
      let byte = try byte()
      if shift == 63, byte > 1 { break }
      result |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte & 0x80 == 0 { return result }
    }
    throw CheckpointError.protobufVarint(path: file.path, part: part, offset: start)
  }
}
