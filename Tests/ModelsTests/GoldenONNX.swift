import Foundation
import TestSupport
import Testing

@testable import Checkpoints
@testable import Models
@testable import Tensors

/// What PyTorch computed for small networks that it exported: `Golden/onnx.json`.
struct GoldenONNX: Decodable, CustomTestStringConvertible {
  let file: String
  let side: Int
  /// Of two pictures.
  let logits: [Float]
  /// Every seventh entry of the gradient on the pixels.
  let gradient: [Float]

  var testDescription: String { file }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden")

  static let all: [GoldenONNX] = {
    struct Document: Decodable { let models: [GoldenONNX] }
    do {
      let file = folder.appendingPathComponent("onnx.json")
      return try JSONDecoder().decode(Document.self, from: Data(contentsOf: file)).models
    } catch {
      print("Golden/onnx.json cannot be read: \(error); run make_onnx.py")
      preconditionFailure("no golden numbers")
    }
  }()

  static func path(_ file: String) -> String { folder.appendingPathComponent("onnx/\(file)").path }

  var path: String { GoldenONNX.path(file) }

  var pixels: Tensor {
    Tensor(formulaNumbers("pixels", 2 * 3 * side * side).map { Float($0) }, shape: [2, 3, side, side])
  }

  var card: ModelCard {
    ModelCard(
      name: file, architecture: "onnx", weights: file, classes: (0..<5).map { "class\($0)" },
      preprocessing: Preprocessing(centerCrop: side))
  }
}

/// ONNX graphs put together in a test.
enum MadeGraph {
  static func node(
    _ operation: String, _ inputs: [String], _ outputs: [String] = ["y"], domain: String = "",
    _ attributes: [String: ONNXAttribute] = [:]
  ) -> ONNXNode {
    ONNXNode(
      name: "here", operation: operation, domain: domain, inputs: inputs, outputs: outputs,
      attributes: attributes)
  }

  static func node(
    _ operation: String, _ inputs: [String], _ attributes: [String: ONNXAttribute]
  ) -> ONNXNode {
    node(operation, inputs, ["y"], attributes)
  }

  static func floats(_ name: String, _ shape: [Int], _ values: [Float]? = nil) -> ONNXTensor {
    let values = values ?? [Float](repeating: 0.5, count: shape.reduce(1, *))
    let bytes = values.withUnsafeBytes { Data($0) }
    return ONNXTensor(
      name: name, type: .float32, shape: shape,
      elements: .raw(CheckpointFile(path: "made.onnx", bytes: bytes), 0..<bytes.count))
  }

  static func integers(_ name: String, _ values: [Int], isScalar: Bool = false) -> ONNXTensor {
    let bytes = values.map(Int64.init).withUnsafeBytes { Data($0) }
    return ONNXTensor(
      name: name, type: .int64, shape: isScalar ? [] : [values.count],
      elements: .raw(CheckpointFile(path: "made.onnx", bytes: bytes), 0..<bytes.count))
  }

  static func file(
    _ nodes: [ONNXNode], _ tensors: [ONNXTensor] = [],
    inputs: [ONNXValueInfo] = [ONNXValueInfo(name: "x", type: .float32, shape: [1, 3, 8, 8])],
    outputs: [String] = ["y"]
  ) -> ONNXFile {
    let graph = ONNXGraph(
      nodes: nodes, initializers: Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) }),
      inputs: inputs, outputs: outputs.map { ONNXValueInfo(name: $0, type: .float32, shape: nil) })
    return ONNXFile(path: "made.onnx", producer: "", operatorVersion: 17, graph: graph, byteCount: 0)
  }
}
