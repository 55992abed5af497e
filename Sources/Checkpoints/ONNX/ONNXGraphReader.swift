/// Reads a graph's message and checks that its values are made once and before they are read.
struct ONNXGraphReader {
  private let file: CheckpointFile
  private var tensors: ONNXTensorReader
  private var limits = Limits()

  init(_ file: CheckpointFile) {
    self.file = file
    tensors = ONNXTensorReader(file)
  }

  /// How much a graph may hold. A field of two bytes costs a reader a hundred; no classifier comes near these.
  private struct Limits {
    private var left = [
      "nodes": 1 << 14, "constants": 1 << 15, "names of values": 1 << 17, "attributes": 1 << 16,
      "numbers in attributes": 1 << 19, "inputs and outputs": 1 << 15,
    ]

    /// - Throws: `CheckpointError.onnxLimit`.
    mutating func take(_ what: String, in path: String) throws {
      guard let room = left[what] else { preconditionFailure("no limit for \(what)") }
      guard room > 0 else {
        throw CheckpointError.onnxLimit(path: path, what: what, limit: Limits().left[what] ?? 0)
      }
      left[what] = room - 1
    }
  }

  mutating func graph(_ range: Range<Int>) throws -> ONNXGraph {
    var message = ProtobufMessage(file, range: range, part: "the graph")
    var nodes: [ONNXNode] = []
    var initializers: [String: ONNXTensor] = [:]
    var (inputs, outputs) = ([ONNXValueInfo](), [ONNXValueInfo]())
    while let field = try message.next() {
      switch field.number {
      case 1:
        try limits.take("nodes", in: file.path)
        nodes.append(try node(try message.message(field, part: "node \(nodes.count)")))
      case 5:
        try limits.take("constants", in: file.path)
        let tensor = try tensors.tensor(try message.bytes(field), part: "constant \(initializers.count)")
        guard initializers.updateValue(tensor, forKey: tensor.name) == nil else {
          throw CheckpointError.duplicateTensor(path: file.path, name: tensor.name)
        }
      case 11:
        try limits.take("inputs and outputs", in: file.path)
        inputs.append(try value(try message.message(field, part: "input \(inputs.count)")))
      case 12:
        try limits.take("inputs and outputs", in: file.path)
        outputs.append(try value(try message.message(field, part: "output \(outputs.count)")))
      case 15:
        throw CheckpointError.unsupportedType(path: file.path, tensor: "a constant", type: "a sparse tensor")
      default: break
      }
    }
    inputs.removeAll { initializers[$0.name] != nil }
    let graph = ONNXGraph(nodes: nodes, initializers: initializers, inputs: inputs, outputs: outputs)
    try check(graph)
    return graph
  }

  // MARK: Parts

  private mutating func node(_ message: ProtobufMessage) throws -> ONNXNode {
    var message = message
    var (name, operation, domain) = ("", "", "")
    var (inputs, outputs) = ([String](), [String]())
    var attributes: [String: ONNXAttribute] = [:]
    while let field = try message.next() {
      switch field.number {
      case 1:
        try limits.take("names of values", in: file.path)
        inputs.append(try message.text(field))
      case 2:
        try limits.take("names of values", in: file.path)
        outputs.append(try message.text(field))
      case 3: name = try message.text(field)
      case 4: operation = try message.text(field)
      case 5:
        try limits.take("attributes", in: file.path)
        let (key, value) = try attribute(try message.message(field, part: "an attribute"))
        guard attributes.updateValue(value, forKey: key) == nil else {
          throw CheckpointError.onnxAttribute(
            path: file.path, attribute: key, expected: "it once in a node", found: "it twice")
        }
      case 7: domain = try message.text(field)
      default: break
      }
    }
    return ONNXNode(
      name: name, operation: operation, domain: domain == "ai.onnx" ? "" : domain, inputs: inputs,
      outputs: outputs, attributes: attributes)
  }

  /// What the number of an attribute's kind calls for.
  private static let kinds = [
    1: "a number", 2: "a whole number", 3: "text", 4: "a tensor", 5: "a graph", 6: "numbers",
    7: "whole numbers", 8: "texts", 9: "tensors", 10: "graphs",
  ]
  /// The field that holds each kind.
  private static let fieldKinds = [2: 1, 3: 2, 4: 3, 5: 4, 6: 5, 7: 6, 8: 7, 9: 8, 10: 9, 11: 10]

  private mutating func attribute(_ message: ProtobufMessage) throws -> (String, ONNXAttribute) {
    var message = message
    var (name, declared, found) = ("", 0, nil as Int?)
    var (integer, float, text, tensor) = (0, Float(0), "", nil as ONNXTensor?)
    var (integers, floats) = ([Int](), [Float]())
    while let field = try message.next() {
      if let kind = Self.fieldKinds[field.number] {
        guard found == nil || found == kind else {
          throw CheckpointError.onnxAttribute(
            path: file.path, attribute: name, expected: "content of one kind",
            found: "\(Self.kinds[found ?? 0] ?? "") and \(Self.kinds[kind] ?? "")")
        }
        found = kind
      }
      switch field.number {
      case 1: name = try message.text(field)
      case 2: float = try message.float(field)
      case 3: integer = try message.integer(field)
      case 4:
        // Some texts are plain bytes; they are then no setting of an operator that is read.
        text = (try? message.text(field)) ?? ""
      case 5: tensor = try tensors.tensor(try message.bytes(field), part: "attribute \(name)")
      case 7:
        try message.forEachFloat(field) {
          try limits.take("numbers in attributes", in: file.path)
          floats.append($0)
        }
      case 8:
        try message.forEachInteger(field) {
          try limits.take("numbers in attributes", in: file.path)
          integers.append($0)
        }
      case 20: declared = try message.integer(field)
      default: break
      }
    }
    // Before the third version of the format the kind was not declared.
    let kind = declared == 0 ? found ?? 0 : declared
    guard found == nil || found == kind else {
      throw CheckpointError.onnxAttribute(
        path: file.path, attribute: name, expected: Self.kinds[declared] ?? "a known kind",
        found: Self.kinds[found ?? 0] ?? "nothing")
    }
    switch kind {
    case 1: return (name, .float(float))
    case 2: return (name, .integer(integer))
    case 3: return (name, .text(text))
    case 6: return (name, .floats(floats))
    case 7: return (name, .integers(integers))
    case 4:
      guard let tensor else {
        throw CheckpointError.onnxAttribute(
          path: file.path, attribute: name, expected: "a tensor", found: "nothing")
      }
      return (name, .tensor(tensor))
    default: return (name, .other(Self.kinds[kind] ?? "an unknown kind"))
    }
  }

  private func value(_ message: ProtobufMessage) throws -> ONNXValueInfo {
    var message = message
    var (name, type) = ("", nil as ScalarType?)
    var shape: [Int?]?
    while let field = try message.next() {
      if field.number == 1 { name = try message.text(field) }
      guard field.number == 2 else { continue }
      var kinds = try message.message(field, part: "a type")
      while let kind = try kinds.next() {
        guard kind.number == 1 else { continue }
        var tensor = try kinds.message(kind, part: "a tensor's type")
        while let part = try tensor.next() {
          if part.number == 1 { type = ScalarType(onnx: try tensor.integer(part)) }
          if part.number == 2 { shape = try sizes(try tensor.message(part, part: "a shape"), of: name) }
        }
      }
    }
    return ONNXValueInfo(name: name, type: type, shape: shape)
  }

  private func sizes(_ message: ProtobufMessage, of name: String) throws -> [Int?] {
    var message = message
    var sizes: [Int?] = []
    while let field = try message.next() {
      guard field.number == 1 else { continue }
      guard sizes.count < TensorLayout.largestRank else {
        throw CheckpointError.onnxLimit(
          path: file.path, what: "dimensions of a value", limit: TensorLayout.largestRank)
      }
      var dimension = try message.message(field, part: "a dimension")
      var size: Int?
      while let part = try dimension.next() {
        if part.number == 1 { size = try dimension.integer(part) }
      }
      if let size, size < 0 {
        throw CheckpointError.impossibleShape(path: file.path, tensor: name, shape: [size])
      }
      sizes.append(size)
    }
    return sizes
  }

  // MARK: Order

  private func check(_ graph: ONNXGraph) throws {
    var makers: [String: Int] = [:]
    for input in graph.inputs {
      guard makers.updateValue(-1, forKey: input.name) == nil else {
        throw CheckpointError.onnxDuplicateValue(path: file.path, value: input.name)
      }
    }
    for (index, node) in graph.nodes.enumerated() {
      for output in node.outputs where !output.isEmpty {
        guard graph.initializers[output] == nil, makers.updateValue(index, forKey: output) == nil else {
          throw CheckpointError.onnxDuplicateValue(path: file.path, value: output)
        }
      }
    }
    for (index, node) in graph.nodes.enumerated() {
      for input in node.inputs where !input.isEmpty && graph.initializers[input] == nil {
        guard let maker = makers[input] else {
          throw CheckpointError.onnxMissingValue(path: file.path, value: input, reader: node.label)
        }
        guard maker < index else {
          throw CheckpointError.onnxOrder(path: file.path, value: input, reader: node.label)
        }
      }
    }
    for output in graph.outputs where makers[output.name] == nil && graph.initializers[output.name] == nil {
      throw CheckpointError.onnxMissingValue(path: file.path, value: output.name, reader: "the output")
    }
  }
}
