import Checkpoints

/// One node of an ONNX graph while it is turned into layers: its settings, and errors that name it.
struct ONNXStep {
  let node: ONNXNode
  let path: String

  /// Something about the node that does not suit.
  func fault(expected: String, found: String) -> ModelError {
    .unsuitableOperator(
      path: path, operation: node.operation, node: node.label, expected: expected, found: found)
  }

  // MARK: Attributes

  func integer(_ key: String) throws -> Int? {
    guard let attribute = node.attributes[key] else { return nil }
    guard case .integer(let value) = attribute else { throw wrong(key, "a whole number", attribute) }
    return value
  }

  /// A setting that is on or off.
  func flag(_ key: String) throws -> Bool { try integer(key).map { $0 != 0 } ?? false }

  func float(_ key: String) throws -> Float? {
    guard let attribute = node.attributes[key] else { return nil }
    guard case .float(let value) = attribute else { throw wrong(key, "a number", attribute) }
    guard value.isFinite else { throw fault(expected: "a finite \(key)", found: "\(value)") }
    return value
  }

  func text(_ key: String) throws -> String? {
    guard let attribute = node.attributes[key] else { return nil }
    guard case .text(let value) = attribute else { throw wrong(key, "text", attribute) }
    return value
  }

  func integers(_ key: String) throws -> [Int]? {
    guard let attribute = node.attributes[key] else { return nil }
    guard case .integers(let value) = attribute else { throw wrong(key, "whole numbers", attribute) }
    return value
  }

  private func wrong(_ key: String, _ expected: String, _ found: ONNXAttribute) -> ModelError {
    fault(expected: "\(expected) as '\(key)'", found: found.kind)
  }

  /// A dimension counted from the front, of `rank` in all.
  func dimension(_ axis: Int, of rank: Int) throws -> Int {
    guard (-rank..<rank).contains(axis) else {
      throw fault(expected: "a dimension of \(rank)", found: "dimension \(axis)")
    }
    return axis < 0 ? axis + rank : axis
  }
}
