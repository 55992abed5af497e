import Layers

/// A block of MobileNetV2 (Sandler et al. 2018, 1801.04381): 1×1 to several times the channels, k×k on each
/// channel alone, 1×1 back to few channels without ReLU, and the block's input added where its shape is the
/// output's.
struct InvertedResidual {
  /// The checkpoint's names of a convolution and of its batch norm.
  struct Names {
    let convolution, norm: String
  }

  /// What a family's batch norms have in common.
  struct Norms {
    /// Added to the variance.
    var epsilon: Float = 1e-5
    /// The batch's share in new running statistics.
    var momentum: Float = 0.1
  }

  /// Of the nodes without parameters.
  let name: String
  /// nil where the block does not widen.
  let expansion: Names?
  let depthwise, projection: Names
  /// How the k×k convolution lies on its input.
  let window: Window
  /// Inner channels for each of the block's inputs, as published.
  let factor: Int
  /// Outputs as published.
  let standard: Int
  let norms: Norms

  /// Appends the block; gives its output and the number of its channels.
  func append(
    to builder: inout NetworkBuilder, _ input: Network.Value, inputs: Int
  ) throws -> (Network.Value, channels: Int) {
    var (value, inner) = (input, inputs)
    if let expansion {
      inner = try builder.outputs(
        of: expansion.convolution, standard: inputs * factor, scaling: .fixed)
      value = try builder.activated(
        expansion, value, inputs: inputs, outputs: inner, window: .pixel, norms: norms)
    }
    value = try builder.activated(
      depthwise, value, inputs: inner, outputs: inner, window: window, groups: inner, norms: norms)
    let outputs = try builder.outputs(
      of: projection.convolution, standard: standard, scaling: .multipleOf8)
    value = try builder.normalised(
      projection, value, inputs: inner, outputs: outputs, window: .pixel, norms: norms)
    let keepsSize = window.vertical.stride == 1 && window.horizontal.stride == 1
    if keepsSize, inputs == outputs { value = builder.append("\(name).add", Add(), value, input) }
    return (value, outputs)
  }
}

extension NetworkBuilder {
  /// A convolution without bias, its batch norm and ReLU6.
  mutating func activated(
    _ names: InvertedResidual.Names, _ input: Network.Value, inputs: Int, outputs: Int, window: Window,
    groups: Int = 1, norms: InvertedResidual.Norms
  ) throws -> Network.Value {
    let value = try normalised(
      names, input, inputs: inputs, outputs: outputs, window: window, groups: groups, norms: norms)
    return append("\(names.norm).relu", Clip.relu6, value)
  }

  /// A convolution without bias and its batch norm.
  mutating func normalised(
    _ names: InvertedResidual.Names, _ input: Network.Value, inputs: Int, outputs: Int, window: Window,
    groups: Int = 1, norms: InvertedResidual.Norms
  ) throws -> Network.Value {
    let value = try convolution(
      names.convolution, input, inputs: inputs, outputs: outputs, window: window, groups: groups)
    return try batchNorm(
      names.norm, value, channels: outputs, epsilon: norms.epsilon, momentum: norms.momentum)
  }
}
