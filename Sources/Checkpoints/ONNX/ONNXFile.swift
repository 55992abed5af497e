import Files
import Foundation
import Tensors

/// An ONNX file (Open Neural Network Exchange): a graph of operations with its constants, in protobuf.
///
/// Everything is checked against the file before memory is taken for it; nothing is executed, no library is looked
/// up, and graphs inside attributes are not entered.
public struct ONNXFile: Sendable {
  public let path: String
  /// Who wrote it, such as `pytorch`.
  public let producer: String
  /// The version of ONNX's own operators.
  public let operatorVersion: Int
  public let graph: ONNXGraph
  /// The size of the file and of those with its numbers, in bytes.
  public let byteCount: Int

}

extension ONNXFile {
  /// Reads the file at `path` and where its tensors are, beside it if need be.
  ///
  /// - Throws: `FileError` when a file cannot be read, `CheckpointError` when it is damaged, hostile or another
  ///   format.
  public static func read(_ path: String) throws -> ONNXFile {
    try ONNXFile(try CheckpointFile(reading: path))
  }

  /// Reads the bytes of a file, as `read(_:)` does.
  ///
  /// - Parameter path: the file's, for messages and for what lies beside it.
  public static func read(_ bytes: Data, path: String) throws -> ONNXFile {
    try ONNXFile(CheckpointFile(path: path, bytes: bytes))
  }

  /// Whether the bytes begin as an ONNX file does: with the version of the format and then another known field.
  static func isLikely(_ file: CheckpointFile) -> Bool {
    let first = file.withBytes(of: 0..<min(file.count, 3)) { Array($0) }
    let following: Set<UInt8> = [0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42]
    return first.count == 3 && first[0] == 0x08 && (1..<0x80).contains(first[1])
      && following.contains(first[2])
  }

  init(_ file: CheckpointFile) throws {
    guard Self.isLikely(file) else {
      throw CheckpointError.notONNX(
        path: file.path, firstBytes: file.withBytes(of: 0..<min(file.count, 8)) { Array($0) })
    }
    var message = ProtobufMessage(file, part: "the model")
    var (producer, version) = ("", nil as Int?)
    var graph: Range<Int>?
    while let field = try message.next() {
      switch field.number {
      case 2: producer = try message.text(field)
      case 7:
        guard graph == nil else {
          throw CheckpointError.onnxStructure(path: file.path, found: "a second graph")
        }
        graph = try message.bytes(field)
      case 8:
        let (domain, number) = try Self.operatorSet(try message.message(field, part: "an operator set"))
        if domain.isEmpty || domain == "ai.onnx" { version = number }
      default: break
      }
    }
    guard let graph else { throw CheckpointError.onnxStructure(path: file.path, found: "none") }
    guard let version, version > 0 else {
      throw CheckpointError.onnxStructure(path: file.path, found: "no version of ONNX's operators")
    }
    path = file.path
    self.producer = producer
    operatorVersion = version
    var reader = ONNXGraphReader(file)
    self.graph = try reader.graph(graph)
    byteCount =
      file.count
      + self.graph.initializers.values.reduce(0) { sum, tensor in
        guard case .raw(let data, let bytes) = tensor.elements, data.path != file.path else { return sum }
        return sum + bytes.count
      }
  }

  private static func operatorSet(_ message: ProtobufMessage) throws -> (domain: String, version: Int) {
    var message = message
    var (domain, version) = ("", 0)
    while let field = try message.next() {
      if field.number == 1 { domain = try message.text(field) }
      if field.number == 2 { version = try message.integer(field) }
    }
    return (domain, version)
  }

  /// What `weights inspect` shows: the constants in the order of their names.
  func inspection() -> [CheckpointInspection.TensorEntry] {
    graph.initializers.values.sorted { $0.name < $1.name }
      .map { .init(name: $0.name, dtype: $0.type, shape: $0.shape) }
  }
}
