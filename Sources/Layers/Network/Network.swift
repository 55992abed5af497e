import Tensors

/// Layers joined into a graph without loops; every architecture is one.
///
/// Value 0 is the network's input; node `i` gives value `i + 1`. Nodes stand in an order in which each needs
/// only values before it.
public struct Network: Sendable {
  /// A place in the graph where a tensor appears.
  public struct Value: Hashable, Sendable {
    public let index: Int
    /// The network's input.
    public static let input = Value(index: 0)
  }

  /// One layer and where its inputs come from.
  public struct Node: Sendable {
    /// The checkpoint's prefix of the layer's parameters, such as `layer1.0.conv1`.
    public let name: String
    public var layer: any Layer
    public let inputs: [Value]
  }

  public internal(set) var nodes: [Node]
  /// Where the network's result appears.
  public var output: Value

  public init() {
    nodes = []
    output = .input
  }

  /// Adds a layer at the end and makes it the output.
  @discardableResult
  public mutating func append(_ name: String, _ layer: any Layer, _ inputs: Value...) -> Value {
    append(name, layer, inputs)
  }

  /// Adds a layer at the end and makes it the output.
  @discardableResult
  public mutating func append(_ name: String, _ layer: any Layer, _ inputs: [Value]) -> Value {
    precondition(inputs.allSatisfy { $0.index <= nodes.count }, "a layer's inputs stand before it")
    nodes.append(Node(name: name, layer: layer, inputs: inputs))
    output = Value(index: nodes.count)
    return output
  }

  /// The same network with one more layer between its input and everything that reads it.
  public func preceded(by layer: any Layer, named name: String) -> Network {
    func shifted(_ value: Value) -> Value { Value(index: value.index + 1) }
    var result = Network()
    result.append(name, layer, .input)
    for node in nodes { result.append(node.name, node.layer, node.inputs.map(shifted)) }
    result.output = shifted(output)
    return result
  }

  /// All parameters by their checkpoint key.
  public var parameters: [String: Tensor] {
    var all: [String: Tensor] = [:]
    for node in nodes {
      for (key, tensor) in node.layer.parameters { all["\(node.name).\(key)"] = tensor }
    }
    return all
  }

  /// The output's shape for an input's; throws when a layer does not fit.
  public func outputShape(for input: Shape) throws -> Shape { try outputShapes(for: input)[output.index] }

  /// The shapes of all values for an input's; throws when a layer does not fit.
  func outputShapes(for input: Shape) throws -> [Shape] {
    var shapes = [input]
    for node in nodes {
      shapes.append(try node.layer.outputShape(for: node.inputs.map { shapes[$0.index] }))
    }
    return shapes
  }

  /// Where each cell of the output looks, along the vertical axis; nil when a layer mixes all pixels.
  public var receptiveField: ReceptiveField? {
    var fields: [ReceptiveField?] = [.pixel]
    for node in nodes {
      guard let axis = node.layer.window?.vertical else {
        fields.append(nil)
        continue
      }
      var inputs = node.inputs.map { fields[$0.index] }
      // A shortcut joins after the window.
      let shortcut = (node.layer as? any FinishingLayer)?.addsShortcut == true ? inputs.removeLast() : nil
      var field = ReceptiveField.union(inputs)?.followed(
        byKernel: axis.kernel, stride: axis.stride, padding: axis.before, dilation: axis.dilation)
      if let shortcut { field = ReceptiveField.union([field, shortcut]) }
      fields.append(field)
    }
    return fields[output.index]
  }

  // MARK: Forward

  /// The output alone; every intermediate tensor is let go after its last use.
  public func forward(_ input: Tensor, on workers: Workers) throws -> Tensor {
    _ = try outputShape(for: input.shape)
    return forward(input, outputs: [output], on: workers)[0]
  }

  /// The tensors at several values, for an input whose shape suits.
  func forward(_ input: Tensor, outputs: [Value], on workers: Workers) -> [Tensor] {
    let pass = Pass(workers: workers, wanted: [])
    let lastUse = lastUses(keeping: outputs)
    var values: [Tensor?] = [input]
    for (index, node) in nodes.enumerated() {
      let inputs = take(node.inputs, from: values)
      let result = node.layer.forward(inputs, pass)
      values.append(lastUse[index + 1] < 0 ? nil : result)
      for value in node.inputs where lastUse[value.index] == index { values[value.index] = nil }
    }
    return take(outputs, from: values)
  }

  /// For each value the last node that reads it, −1 for none; outputs are read after all.
  ///
  /// - Parameter outputs: the network's own when nil.
  func lastUses(keeping outputs: [Value]? = nil) -> [Int] {
    var lastUse = [Int](repeating: -1, count: nodes.count + 1)
    for (index, node) in nodes.enumerated() {
      for value in node.inputs { lastUse[value.index] = index }
    }
    for output in outputs ?? [output] { lastUse[output.index] = nodes.count }
    return lastUse
  }

  private func take(_ wanted: [Value], from values: [Tensor?]) -> [Tensor] {
    wanted.map { value in
      guard let tensor = values[value.index] else { preconditionFailure("value \(value.index) was let go") }
      return tensor
    }
  }

  // MARK: Backward

  /// A network's output with its pullback.
  public struct Recording: Sendable {
    public let output: Tensor
    /// New running statistics by checkpoint key, in training.
    public let updates: [String: Tensor]
    /// From the gradient with respect to the output to the gradients asked for. May be called once or often.
    public let pullback: @Sendable (Tensor) -> NetworkGradients
  }

  /// What the pullback gives: nil or absent where it was not wanted.
  public struct NetworkGradients: Sendable {
    public var input: Tensor?
    /// By checkpoint key.
    public var parameters: [String: Tensor] = [:]
  }

  /// The output and its pullback to what `pass.wanted` names; branches that lead to nothing wanted are not
  /// walked, and a value is let go after its last use unless a layer's pullback holds it.
  public func recordingForward(_ input: Tensor, _ pass: Pass) throws -> Recording {
    _ = try outputShape(for: input.shape)
    let output = output
    let (outputs, updates, pullback) = record(input, pass, outputs: [output])
    let wantsInput = pass.wanted.contains(.inputs)
    return Recording(output: outputs[0], updates: updates) { gradient in
      pullback.walk([(output, gradient)], wantsInput: wantsInput)
    }
  }

  /// The tensors at several values and the pullback from gradients on them, for an input whose shape suits.
  func record(
    _ input: Tensor, _ pass: Pass, outputs: [Value]
  ) -> (outputs: [Tensor], updates: [String: Tensor], pullback: Pullback) {
    let needed = valuesNeedingGradients(pass.wanted)
    let lastUse = lastUses(keeping: outputs)
    var values: [Tensor?] = [input]
    var pullback = Pullback(network: self, outputs: outputs, needed: needed, workers: pass.workers)
    var updates: [String: Tensor] = [:]
    for (index, node) in nodes.enumerated() {
      var local = pass
      local.wanted = node.inputs.contains { needed[$0.index] } ? .inputs : []
      if pass.wanted.contains(.parameters), !node.layer.parameters.isEmpty {
        local.wanted.insert(.parameters)
      }
      if case .training(let seed) = pass.mode {
        var generator = SeededGenerator(seed: seed, stream: UInt64(index))
        local.mode = .training(seed: generator.next())
      }
      let recorded = node.layer.recordingForward(take(node.inputs, from: values), local)
      values.append(lastUse[index + 1] < 0 ? nil : recorded.output)
      pullback.append(local.wanted.isEmpty ? nil : recorded)
      for (key, tensor) in recorded.updates { updates["\(node.name).\(key)"] = tensor }
      for value in node.inputs where lastUse[value.index] == index { values[value.index] = nil }
    }
    return (take(outputs, from: values), updates, pullback)
  }

  /// Which values lie on a path from something a gradient is wanted for.
  private func valuesNeedingGradients(_ wanted: Pass.Wanted) -> [Bool] {
    var needed = [wanted.contains(.inputs)]
    for node in nodes {
      needed.append(
        node.inputs.contains { needed[$0.index] }
          || wanted.contains(.parameters) && !node.layer.parameters.isEmpty)
    }
    return needed
  }
}

extension ReceptiveField {
  /// The smallest field that covers all; nil when one is unbounded or their strides differ.
  static func union(_ fields: [ReceptiveField?]) -> ReceptiveField? {
    let known = fields.compactMap { $0 }
    guard known.count == fields.count, let first = known.first,
      known.allSatisfy({ $0.stride == first.stride })
    else { return nil }
    let start = known.reduce(first.offset) { min($0, $1.offset) }
    let end = known.reduce(first.offset + first.size) { max($0, $1.offset + $1.size) }
    return ReceptiveField(size: end - start, stride: first.stride, offset: start)
  }
}
