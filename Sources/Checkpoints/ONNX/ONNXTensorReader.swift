import Tensors

/// Reads ONNX's tensor messages: shape, type, and where the elements are.
struct ONNXTensorReader {
  private let file: CheckpointFile
  private var external: ONNXExternalData

  init(_ file: CheckpointFile) {
    self.file = file
    external = ONNXExternalData(beside: file)
  }

  /// The most dimensions; pictures and weights have five at most.
  private static let largestRank = 16

  /// The tensor in a message.
  ///
  /// - Throws: `CheckpointError` when shape, type and bytes do not agree.
  mutating func tensor(_ range: Range<Int>, part: String) throws -> ONNXTensor {
    var message = ProtobufMessage(file, range: range, part: part)
    var (name, shape, typeCode) = ("", [Int](), 0)
    var raw: Range<Int>?
    var location: [(key: String, value: String)] = []
    var isExternal = false
    while let field = try message.next() {
      switch field.number {
      case 1:
        try message.forEachInteger(field) { size in
          guard shape.count < Self.largestRank else {
            throw CheckpointError.onnxLimit(
              path: file.path, what: "dimensions of a tensor", limit: Self.largestRank)
          }
          shape.append(size)
        }
      case 2: typeCode = try message.integer(field)
      case 3:
        throw CheckpointError.unsupportedType(path: file.path, tensor: part, type: "a tensor in segments")
      case 8: name = try message.text(field)
      case 9: raw = try message.bytes(field)
      case 13:
        guard location.count < ONNXExternalData.mostEntries else {
          throw CheckpointError.onnxLimit(
            path: file.path, what: "entries about one tensor's external data",
            limit: ONNXExternalData.mostEntries)
        }
        location.append(try Self.entry(message.message(field, part: "external data")))
      case 14: isExternal = try message.integer(field) == 1
      default: break
      }
    }
    let shownName = name.isEmpty ? part : name
    guard let type = ScalarType(onnx: typeCode) else {
      throw CheckpointError.unsupportedType(
        path: file.path, tensor: shownName, type: ScalarType.onnxName(typeCode))
    }
    guard let count = TensorLayout.count(of: shape) else {
      throw CheckpointError.impossibleShape(path: file.path, tensor: shownName, shape: shape)
    }
    let (length, overflow) = count.multipliedReportingOverflow(by: type.byteCount)
    guard !overflow else {
      throw CheckpointError.impossibleShape(path: file.path, tensor: shownName, shape: shape)
    }
    func made(_ elements: ONNXTensor.Elements) -> ONNXTensor {
      ONNXTensor(name: name, type: type, shape: shape, elements: elements)
    }
    if isExternal {
      let (data, bytes) = try external.bytes(location, of: shownName, length: length)
      return made(.raw(data, bytes))
    }
    if let raw {
      guard raw.count == length else {
        throw CheckpointError.dataLength(
          path: file.path, tensor: shownName, expected: length, found: raw.count)
      }
      return made(.raw(file, raw))
    }
    var stored = 0
    try Self.forEachElement(of: type, file, range, name: shownName) { _ in stored += 1 }
    guard stored == count else {
      throw CheckpointError.dataLength(
        path: file.path, tensor: shownName, expected: length, found: stored * type.byteCount)
    }
    return made(.fields(file, range))
  }

  private static func entry(_ message: ProtobufMessage) throws -> (key: String, value: String) {
    var message = message
    var (key, value) = ("", "")
    while let field = try message.next() {
      if field.number == 1 { key = try message.text(field) }
      if field.number == 2 { value = try message.text(field) }
    }
    return (key, value)
  }

  /// Calls `body` with each element in the typed fields of a tensor's message.
  static func forEachElement(
    of type: ScalarType, _ file: CheckpointFile, _ range: Range<Int>, name: String,
    _ body: (ONNXTensor.Element) -> Void
  ) throws {
    var message = ProtobufMessage(file, range: range, part: "tensor \(name)")
    while let field = try message.next() {
      switch (field.number, type) {
      case (4, .float32): try message.forEachFloat(field) { body(.float($0)) }
      case (10, .float64): try message.forEachDouble(field) { body(.double($0)) }
      case (7, .int64), (5, .int32), (5, .int16), (5, .int8), (5, .uint8), (5, .bool), (5, .float16),
        (5, .bfloat16):
        try message.forEachInteger(field) { body(.integer($0)) }
      default: break
      }
    }
  }
}

extension ScalarType {
  /// The type behind ONNX's number for it; nil for one that is not read.
  init?(onnx code: Int) {
    switch code {
    case 1: self = .float32
    case 2: self = .uint8
    case 3: self = .int8
    case 5: self = .int16
    case 6: self = .int32
    case 7: self = .int64
    case 9: self = .bool
    case 10: self = .float16
    case 11: self = .float64
    case 16: self = .bfloat16
    default: return nil
    }
  }

  /// What ONNX calls a type that is not read.
  fileprivate static func onnxName(_ code: Int) -> String {
    let names = [4: "UINT16", 8: "STRING", 12: "UINT32", 13: "UINT64", 14: "COMPLEX64", 15: "COMPLEX128"]
    return names[code] ?? "type \(code)"
  }
}
