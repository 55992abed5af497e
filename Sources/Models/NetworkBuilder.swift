import Layers
import Tensors

/// Builds a network from a source of parameters: every layer takes its own by the checkpoint's key, of
/// exactly the shape the architecture demands.
struct NetworkBuilder {
  let architecture: String
  private let source: ParameterSource
  private(set) var network = Network()
  private var used: Set<String> = []

  init(architecture: String, source: ParameterSource) {
    self.architecture = architecture
    self.source = source
  }

  /// How many outputs the layer `name` has in the checkpoint; `standard` when parameters are made afresh, scaled
  /// with the width asked for.
  func outputs(
    of name: String, standard: Int, scaling: ChannelScaling = .proportional
  ) throws -> Int {
    try source.size(
      of: "\(name).weight", standard: standard, scaling: scaling, architecture: architecture)
  }

  /// The side of the square kernel that the convolution `name` has in the checkpoint; `standard` when parameters
  /// are made afresh.
  func kernel(of name: String, standard: Int) throws -> Int {
    try source.kernel(of: "\(name).weight", standard: standard, architecture: architecture)
  }

  /// How many classes the last layer `name` tells apart.
  func classes(of name: String) throws -> Int {
    try source.classCount(of: "\(name).weight", architecture: architecture)
  }

  /// A convolution named as in the checkpoint, padded alike on all sides.
  mutating func convolution(
    _ name: String, _ input: Network.Value, inputs: Int, outputs: Int, kernel: Int, stride: Int = 1,
    padding: Int = 0, bias: Bool = false
  ) throws -> Network.Value {
    try convolution(
      name, input, inputs: inputs, outputs: outputs,
      window: Window(kernel: kernel, stride: stride, padding: padding), bias: bias)
  }

  /// A convolution named as in the checkpoint, with any window.
  ///
  /// - Parameter groups: divides both numbers of channels; as many as `inputs` for a depthwise convolution.
  mutating func convolution(
    _ name: String, _ input: Network.Value, inputs: Int, outputs: Int, window: Window, groups: Int = 1,
    bias: Bool = false
  ) throws -> Network.Value {
    let weight = try parameter(
      "\(name).weight",
      [outputs, inputs / groups, window.vertical.kernel, window.horizontal.kernel], groups: groups)
    let offset = bias ? try parameter("\(name).bias", [outputs]) : nil
    return network.append(
      name, Convolution(weight: weight, bias: offset, geometry: window, groups: groups), input)
  }

  /// A batch norm over `channels`.
  ///
  /// - Parameters:
  ///   - epsilon: added to the variance.
  ///   - momentum: the batch's share in new running statistics.
  mutating func batchNorm(
    _ name: String, _ input: Network.Value, channels: Int, epsilon: Float = 1e-5, momentum: Float = 0.1
  ) throws -> Network.Value {
    used.insert("\(name).num_batches_tracked")
    let norm = BatchNorm(
      weight: try parameter("\(name).weight", [channels]), bias: try parameter("\(name).bias", [channels]),
      runningMean: try parameter("\(name).running_mean", [channels]),
      runningVariance: try parameter("\(name).running_var", [channels]), epsilon: epsilon,
      momentum: momentum)
    return network.append(name, norm, input)
  }

  /// A fully connected layer with bias.
  mutating func linear(
    _ name: String, _ input: Network.Value, inputs: Int, outputs: Int
  ) throws -> Network.Value {
    let weight = try parameter("\(name).weight", [outputs, inputs])
    let bias = try parameter("\(name).bias", [outputs])
    return network.append(name, Linear(weight: weight, bias: bias), input)
  }

  /// A layer without parameters.
  mutating func append(_ name: String, _ layer: any Layer, _ inputs: Network.Value...) -> Network.Value {
    network.append(name, layer, inputs)
  }

  /// The finished network; throws when the source has parameters that no layer took.
  func finish() throws -> Network {
    let left = source.keys.subtracting(used)
    guard left.isEmpty else {
      throw ModelError.unknownParameters(architecture: architecture, keys: Array(left))
    }
    return network
  }

  private mutating func parameter(_ key: String, _ shape: Shape, groups: Int = 1) throws -> Tensor {
    used.insert(key)
    return try source.tensor(key, shape, groups: groups, architecture: architecture)
  }
}
