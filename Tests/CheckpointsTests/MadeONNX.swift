import Foundation

@testable import Checkpoints

/// A protobuf message put together field by field, right or wrong.
struct MadeMessage {
  var bytes: [UInt8] = []

  init(_ parts: MadeMessage...) { bytes = parts.flatMap(\.bytes) }
  init(bytes: [UInt8]) { self.bytes = bytes }

  static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    repeat {
      bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
      rest >>= 7
    } while rest > 0
    return bytes
  }

  static func number(_ field: Int, _ value: Int) -> MadeMessage {
    MadeMessage(bytes: varint(UInt64(field << 3)) + varint(UInt64(bitPattern: Int64(value))))
  }

  static func data(_ field: Int, _ content: [UInt8]) -> MadeMessage {
    MadeMessage(bytes: varint(UInt64(field << 3 | 2)) + varint(UInt64(content.count)) + content)
  }

  static func text(_ field: Int, _ text: String) -> MadeMessage { data(field, Array(text.utf8)) }

  static func message(_ field: Int, _ message: MadeMessage) -> MadeMessage { data(field, message.bytes) }

  static func float(_ field: Int, _ value: Float) -> MadeMessage {
    MadeMessage(bytes: varint(UInt64(field << 3 | 5)) + little(value.bitPattern))
  }

  static func little<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  static func + (left: MadeMessage, right: MadeMessage) -> MadeMessage {
    MadeMessage(bytes: left.bytes + right.bytes)
  }
}

/// ONNX files put together part by part, right or wrong.
enum MadeONNX {
  static func tensor(
    _ name: String, _ dims: [Int], type: Int = 1, raw: [UInt8]? = nil, _ extra: MadeMessage = MadeMessage()
  ) -> MadeMessage {
    var result = dims.reduce(MadeMessage()) { $0 + .number(1, $1) } + .number(2, type) + .text(8, name)
    if let raw { result = result + .data(9, raw) }
    return result + extra
  }

  /// A tensor of fp32 with raw data.
  static func floats(_ name: String, _ dims: [Int], _ values: [Float]) -> MadeMessage {
    tensor(name, dims, raw: values.flatMap { MadeMessage.little($0.bitPattern) })
  }

  /// A tensor whose numbers are in another file.
  static func external(_ name: String, _ dims: [Int], _ entries: [(String, String)]) -> MadeMessage {
    let location = entries.reduce(MadeMessage()) {
      $0 + .message(13, .text(1, $1.0) + .text(2, $1.1))
    }
    return tensor(name, dims, location + .number(14, 1))
  }

  static func node(
    _ operation: String, _ inputs: [String], _ outputs: [String], name: String = "", domain: String = "",
    _ attributes: MadeMessage...
  ) -> MadeMessage {
    var result = inputs.reduce(MadeMessage()) { $0 + .text(1, $1) }
    result = outputs.reduce(result) { $0 + .text(2, $1) } + .text(3, name) + .text(4, operation)
    for attribute in attributes { result = result + .message(5, attribute) }
    return domain.isEmpty ? result : result + .text(7, domain)
  }

  static func integers(_ name: String, _ values: [Int]) -> MadeMessage {
    values.reduce(.text(1, name) + .number(20, 7)) { $0 + .number(8, $1) }
  }

  static func integer(_ name: String, _ value: Int) -> MadeMessage {
    .text(1, name) + .number(20, 2) + .number(3, value)
  }

  /// An input or output of fp32; a size that is nil is left open.
  static func value(_ name: String, _ sizes: [Int?]) -> MadeMessage {
    let shape = sizes.reduce(MadeMessage()) {
      $0 + .message(1, $1.map { .number(1, $0) } ?? .text(2, "batch"))
    }
    return .text(1, name) + .message(2, .message(1, .number(1, 1) + .message(2, shape)))
  }

  static func graph(
    nodes: [MadeMessage], tensors: [MadeMessage] = [], inputs: [MadeMessage] = [value("x", [nil, 3, 8, 8])],
    outputs: [MadeMessage] = [value("y", [nil, 4])]
  ) -> MadeMessage {
    var result = nodes.reduce(MadeMessage()) { $0 + .message(1, $1) }
    result = tensors.reduce(result) { $0 + .message(5, $1) }
    result = inputs.reduce(result) { $0 + .message(11, $1) }
    return outputs.reduce(result) { $0 + .message(12, $1) }
  }

  static func model(_ graph: MadeMessage, version: Int = 17) -> [UInt8] {
    (.number(1, 8) + .text(2, "made") + .message(7, graph) + .message(8, .text(1, "") + .number(2, version)))
      .bytes
  }

  static func read(_ bytes: [UInt8], path: String = "made.onnx") throws -> ONNXFile {
    try ONNXFile(CheckpointFile(path: path, bytes: Data(bytes)))
  }
}
