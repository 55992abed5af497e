import Checkpoints
import Layers
import Tensors

/// Turns the graph of an ONNX file into a network of layers with gradients.
///
/// Values are followed with their shape for one image: the batch stays open, whatever was exported. What can be
/// known without pixels (shapes, and arithmetic with them) is computed here and leaves no layer.
public struct ONNXImporter {
  /// The network in an ONNX file: pictures `[batch, 3, height, width]` in, logits `[batch, classes]` out.
  ///
  /// A softmax at the end is left out, so that the output is logits. Layers that nothing reads are left out too.
  ///
  /// - Parameter pictureSide: the height and width the model card prepares; needed where the graph leaves them
  ///   open, and checked where it does not.
  /// - Throws: `ModelError.unsupportedOperator` for an operator that is not read, `.unsuitableOperator` for one
  ///   whose settings or operands do not suit, `.unsuitableGraph` for inputs and outputs of another kind.
  public static func network(of file: ONNXFile, pictureSide: Int?) throws -> Network {
    var importer = try ONNXImporter(file, pictureSide: pictureSide)
    for node in file.graph.nodes { try importer.translate(node) }
    return try importer.finish()
  }

  // MARK: Values

  /// A value that depends on the pictures.
  struct Feature {
    let value: Network.Value
    /// Without the batch.
    let shape: [Int]

    var count: Int { shape.reduce(1, *) }
  }

  /// A whole number that is known before any picture is, or the size of the batch, which is not.
  enum Integer: Hashable {
    case known(Int)
    case batch
  }

  enum Operand {
    case feature(Feature)
    /// A constant of the file.
    case stored(ONNXTensor)
    /// A constant computed from shapes, of at most two dimensions.
    case integers([Integer], shape: [Int])
  }

  let file: ONNXFile
  /// The batch the graph was exported with; nil when it was left open.
  let exportedBatch: Int?
  /// Whether height and width are fixed in the graph.
  let fixesSize: Bool
  private var operands: [String: Operand] = [:]
  private var network = Network()
  /// The shape of each of the network's values for one image.
  private var shapes: [[Int]]
  private var names: Set<String> = []
  private var converted: [String: Tensor] = [:]
  private var weightRoom: Int

  /// Elements of one value for one picture: a gibibyte.
  private static let mostElements = 1 << 28

  private init(_ file: ONNXFile, pictureSide: Int?) throws {
    self.file = file
    guard file.graph.inputs.count == 1, let input = file.graph.inputs.first else {
      throw ModelError.unsuitableGraph(
        path: file.path, expected: "one input", found: "\(file.graph.inputs.count)")
    }
    guard let shape = input.shape, shape.count == 4, input.type == .float32, shape[1] ?? 3 == 3 else {
      let sizes = input.shape.map { $0.map { $0.map(String.init) ?? "?" }.joined(separator: ", ") } ?? "?"
      throw ModelError.unsuitableGraph(
        path: file.path, expected: "an input [batch, 3, height, width] of fp32",
        found: "[\(sizes)] of \(input.type?.rawValue ?? "another type")")
    }
    let sides = [shape[2], shape[3]]
    for side in sides.compactMap({ $0 }) {
      guard (1...Self.greatestSide).contains(side), pictureSide == nil || pictureSide == side else {
        throw ModelError.unsuitableGraph(
          path: file.path,
          expected: pictureSide.map { "pictures of \($0) × \($0) as the card prepares" }
            ?? "pictures of 1 to \(Self.greatestSide) pixels a side",
          found: "an input of \(sides.map { $0.map(String.init) ?? "?" }.joined(separator: " × "))")
      }
    }
    exportedBatch = shape[0]
    fixesSize = !sides.contains(nil)
    let constants = file.graph.initializers.values.reduce(0) { sum, tensor in
      sum.addingReportingOverflow(tensor.count).partialValue
    }
    weightRoom = max(0, constants) + 1 << 22
    for (name, tensor) in file.graph.initializers { operands[name] = .stored(tensor) }
    let side = pictureSide ?? 224
    let picture = [3, shape[2] ?? side, shape[3] ?? side]
    shapes = [picture]
    operands[input.name] = .feature(Feature(value: .input, shape: picture))
  }

  private static let greatestSide = 1 << 14

  private mutating func translate(_ node: ONNXNode) throws {
    guard node.domain.isEmpty, let operation = ONNXOperator.catalogue[node.operation] else {
      throw ModelError.unsupportedOperator(
        path: file.path,
        operation: node.domain.isEmpty ? node.operation : "\(node.domain).\(node.operation)",
        node: node.label)
    }
    try operation(&self, ONNXStep(node: node, path: file.path))
  }

  // MARK: Operands

  /// The operand in place `index`; nil when it is left out.
  func operand(_ index: Int, _ step: ONNXStep) throws -> Operand? {
    guard step.node.inputs.indices.contains(index), !step.node.inputs[index].isEmpty else { return nil }
    guard let operand = operands[step.node.inputs[index]] else {
      throw step.fault(
        expected: "the first output of an operator as operand \(index)",
        found: "'\(step.node.inputs[index])', which is another")
    }
    return operand
  }

  /// An operand that depends on the pictures.
  func feature(_ index: Int, _ step: ONNXStep, rank: Int? = nil) throws -> Feature {
    guard case .feature(let feature)? = try operand(index, step) else {
      throw step.fault(
        expected: "a value made from the pictures as operand \(index)",
        found: try operand(index, step) == nil ? "none" : "a constant")
    }
    if let rank, feature.shape.count != rank - 1 {
      throw step.fault(expected: "a value of \(rank) dimensions", found: "\(feature.shape.count + 1)")
    }
    return feature
  }

  /// A constant of the file as fp32; nil when it is left out.
  mutating func optionalTensor(_ index: Int, _ step: ONNXStep) throws -> Tensor? {
    guard let operand = try operand(index, step) else { return nil }
    guard case .stored(let tensor) = operand else {
      throw step.fault(expected: "a constant as operand \(index)", found: "a computed value")
    }
    guard tensor.count > 0 else {
      throw step.fault(expected: "a constant with elements as operand \(index)", found: "\(tensor.shape)")
    }
    weightRoom -= tensor.count
    guard weightRoom >= 0 else {
      throw step.fault(expected: "each weight used about once", found: "the same ones again and again")
    }
    let name = step.node.inputs[index]
    if let known = converted[name] { return known }
    let values = try tensor.tensor()
    converted[name] = values
    return values
  }

  mutating func tensor(_ index: Int, _ step: ONNXStep) throws -> Tensor {
    guard let tensor = try optionalTensor(index, step) else {
      throw step.fault(expected: "a constant as operand \(index)", found: "none")
    }
    return tensor
  }

  /// A constant with one element; nil when it is left out.
  mutating func optionalScalar(_ index: Int, _ step: ONNXStep) throws -> Float? {
    guard let tensor = try optionalTensor(index, step) else { return nil }
    guard tensor.count == 1 else {
      throw step.fault(expected: "one number as operand \(index)", found: "\(tensor.shape)")
    }
    return tensor.elements[0]
  }

  // MARK: Results

  /// Adds a layer for a node.
  ///
  /// - Throws: `ModelError.unsuitableOperator` when the shapes do not fit or the result is beyond any use.
  mutating func append(_ layer: any Layer, _ inputs: [Feature], _ step: ONNXStep) throws -> Feature {
    let shape: Shape
    do {
      shape = try layer.outputShape(for: inputs.map { Shape([1] + $0.shape) })
    } catch let error as LayerError {
      throw step.fault(expected: "values that fit together", found: error.mismatch)
    }
    var elements = 1
    for size in shape.dimensions {
      let (product, overflow) = elements.multipliedReportingOverflow(by: size)
      guard !overflow, size > 0, product <= Self.mostElements else {
        throw step.fault(expected: "a result of 1 to \(Self.mostElements) numbers", found: "\(shape)")
      }
      elements = product
    }
    let value = network.append(uniqueName(step), layer, inputs.map(\.value))
    shapes.append(Array(shape.dimensions.dropFirst()))
    return Feature(value: value, shape: shapes[value.index])
  }

  /// A value of this name is from now on what the node's output `index` is.
  mutating func set(_ operand: Operand, _ step: ONNXStep, output index: Int = 0) {
    guard step.node.outputs.indices.contains(index), !step.node.outputs[index].isEmpty else { return }
    operands[step.node.outputs[index]] = operand
  }

  mutating func set(_ feature: Feature, _ step: ONNXStep, output index: Int = 0) {
    set(.feature(feature), step, output: index)
  }

  /// The node that makes a value; nil for the pictures.
  func producer(of feature: Feature) -> Network.Node? {
    feature.value.index > 0 ? network.nodes[feature.value.index - 1] : nil
  }

  /// The value that a producer reads first.
  func source(of node: Network.Node) -> Feature {
    Feature(value: node.inputs[0], shape: shapes[node.inputs[0].index])
  }

  private mutating func uniqueName(_ step: ONNXStep) -> String {
    let base = step.node.label.isEmpty ? step.node.operation : step.node.label
    var name = base
    var count = 1
    while !names.insert(name).inserted {
      count += 1
      name = "\(base)_\(names.count)_\(count)"
    }
    return name
  }

  // MARK: The end

  private mutating func finish() throws -> Network {
    let outputs = file.graph.outputs
    guard outputs.count == 1, case .feature(var logits)? = operands[outputs[0].name] else {
      throw ModelError.unsuitableGraph(
        path: file.path, expected: "one output made from the pictures",
        found: outputs.count == 1 ? "'\(outputs[0].name)', which is not" : "\(outputs.count)")
    }
    if logits.shape.dropFirst() == [1, 1], let last = file.graph.nodes.last {
      logits = try append(Flatten(), [logits], ONNXStep(node: last, path: file.path))
    }
    guard logits.shape.count == 1 else {
      throw ModelError.unsuitableGraph(
        path: file.path, expected: "logits [batch, classes]",
        found: "[batch, \(logits.shape.map(String.init).joined(separator: ", "))]")
    }
    network.output = logits.value
    return network.withoutUnread()
  }
}

extension Network {
  /// The network without layers that lead nowhere.
  fileprivate func withoutUnread() -> Network {
    var isRead = [Bool](repeating: false, count: nodes.count + 1)
    isRead[output.index] = true
    for index in nodes.indices.reversed() where isRead[index + 1] {
      for value in nodes[index].inputs { isRead[value.index] = true }
    }
    var result = Network()
    var renamed = [Value.input]
    for (index, node) in nodes.enumerated() {
      guard isRead[index + 1] else {
        renamed.append(.input)
        continue
      }
      renamed.append(result.append(node.name, node.layer, node.inputs.map { renamed[$0.index] }))
    }
    result.output = renamed[output.index]
    return result
  }
}

extension LayerError {
  /// What was found, in the words of the layer.
  fileprivate var mismatch: String {
    switch self {
    case .wrongInputShape(let layer, let expected, let found): "\(found) where \(layer) takes \(expected)"
    case .inputTooSmall(let layer, let kernel, let found):
      "\(found) where \(layer) takes \(kernel) × \(kernel)"
    case .noSuchLayer, .notAFeatureMap, .noBackwardRule: description
    }
  }
}
