/// The graph of an ONNX file as it is written: nothing is known yet of what its operators mean.
public struct ONNXGraph: Sendable {
  /// In an order in which each node reads only what stands before it.
  public let nodes: [ONNXNode]
  /// The constants by name.
  public let initializers: [String: ONNXTensor]
  /// What the caller gives; constants that old exporters list too are left out.
  public let inputs: [ONNXValueInfo]
  public let outputs: [ONNXValueInfo]
}

/// One operation of a graph.
public struct ONNXNode: Sendable {
  /// May be empty.
  public let name: String
  /// What it computes, such as `Conv`.
  public let operation: String
  /// Whose operator it is; empty for ONNX's own.
  public let domain: String
  /// Names of values; an optional one that is left out is empty.
  public let inputs: [String]
  public let outputs: [String]
  public let attributes: [String: ONNXAttribute]

  /// The node's name, or where it has none its first output's.
  public var label: String { name.isEmpty ? outputs.first ?? "" : name }
}

/// A setting of an operation.
public enum ONNXAttribute: Sendable {
  case integer(Int)
  case float(Float)
  case text(String)
  case tensor(ONNXTensor)
  case integers([Int])
  case floats([Float])
  /// Of a kind that no operator read here has; the graph inside, if it is one, is not looked at.
  case other(String)

  /// What it is, for messages.
  public var kind: String {
    switch self {
    case .integer: "a whole number"
    case .float: "a number"
    case .text: "text"
    case .tensor: "a tensor"
    case .integers: "whole numbers"
    case .floats: "numbers"
    case .other(let kind): kind
    }
  }
}

/// A graph's input or output.
public struct ONNXValueInfo: Sendable {
  public let name: String
  /// nil for a type that is not read, or none.
  public let type: ScalarType?
  /// nil for a size that is left open; none is negative. nil as a whole where no shape is given.
  public let shape: [Int?]?
}
