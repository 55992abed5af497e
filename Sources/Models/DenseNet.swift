import Layers

/// DenseNet-121 to -201 (Huang et al. 2016, 1608.06993) as torchvision has them: each layer of a block reads the
/// outputs of all layers before it.
enum DenseNet {
  static let architectures = [
    architecture("densenet121", layers: [6, 12, 24, 16]),
    architecture("densenet161", layers: [6, 12, 36, 24], growth: 48, first: 96),
    architecture("densenet169", layers: [6, 12, 32, 32]),
    architecture("densenet201", layers: [6, 12, 48, 32]),
  ]

  /// - Parameters:
  ///   - growth: channels that each layer adds, as published.
  ///   - first: channels of the first convolution, as published.
  private static func architecture(
    _ name: String, layers: [Int], growth: Int = 32, first: Int = 64
  ) -> Architecture {
    Architecture(name: name, isLocal: false, currentKey: currentKey) { builder in
      try build(&builder, layers: layers, growth: growth, first: first)
    }
  }

  private static func build(
    _ builder: inout NetworkBuilder, layers: [Int], growth: Int, first: Int
  ) throws {
    var channels = try builder.outputs(of: "features.conv0", standard: first)
    var value = try builder.convolution(
      "features.conv0", .input, inputs: 3, outputs: channels, kernel: 7, stride: 2, padding: 3)
    value = try builder.batchNorm("features.norm0", value, channels: channels)
    value = builder.append("features.relu0", Clip.relu, value)
    value = builder.append(
      "features.pool0", MaxPool(geometry: Window(kernel: 3, stride: 2, padding: 1)), value)
    for (block, count) in layers.enumerated() {
      for layer in 1...count {
        (value, channels) = try denseLayer(
          &builder, "features.denseblock\(block + 1).denselayer\(layer)", value, inputs: channels,
          growth: growth)
      }
      if block < layers.count - 1 {
        (value, channels) = try transition(
          &builder, "features.transition\(block + 1)", value, inputs: channels)
      }
    }
    value = try builder.batchNorm("features.norm5", value, channels: channels)
    value = builder.append("relu", Clip.relu, value)
    value = builder.append("avgpool", GlobalAveragePool(), value)
    value = builder.append("flatten", Flatten(), value)
    let classes = try builder.classes(of: "classifier")
    _ = try builder.linear("classifier", value, inputs: channels, outputs: classes)
  }

  /// Norm, ReLU, 1×1, norm, ReLU, 3×3; gives the layer's input and its output side by side.
  private static func denseLayer(
    _ builder: inout NetworkBuilder, _ name: String, _ input: Network.Value, inputs: Int, growth: Int
  ) throws -> (Network.Value, channels: Int) {
    var value = try builder.batchNorm("\(name).norm1", input, channels: inputs)
    value = builder.append("\(name).relu1", Clip.relu, value)
    let inner = try builder.outputs(of: "\(name).conv1", standard: 4 * growth)
    value = try builder.convolution("\(name).conv1", value, inputs: inputs, outputs: inner, kernel: 1)
    value = try builder.batchNorm("\(name).norm2", value, channels: inner)
    value = builder.append("\(name).relu2", Clip.relu, value)
    let added = try builder.outputs(of: "\(name).conv2", standard: growth)
    value = try builder.convolution(
      "\(name).conv2", value, inputs: inner, outputs: added, kernel: 3, padding: 1)
    return (builder.append("\(name).concat", Concatenation(), input, value), inputs + added)
  }

  /// Norm, ReLU, 1×1 to half the channels, 2×2 mean.
  private static func transition(
    _ builder: inout NetworkBuilder, _ name: String, _ input: Network.Value, inputs: Int
  ) throws -> (Network.Value, channels: Int) {
    var value = try builder.batchNorm("\(name).norm", input, channels: inputs)
    value = builder.append("\(name).relu", Clip.relu, value)
    let outputs = try builder.outputs(of: "\(name).conv", standard: max(1, inputs / 2), scaling: .fixed)
    value = try builder.convolution("\(name).conv", value, inputs: inputs, outputs: outputs, kernel: 1)
    return (
      builder.append("\(name).pool", AveragePool(geometry: Window(kernel: 2, stride: 2)), value), outputs
    )
  }

  /// The key that torchvision gives today for one of its published checkpoints', in which a dense layer's parts
  /// are numbered behind a dot: `….denselayer1.norm.1.weight` is `….denselayer1.norm1.weight`.
  static func currentKey(_ key: String) -> String {
    let parts = key.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 4 else { return key }
    let (layer, kind, number, parameter) = (
      parts[parts.count - 4], parts[parts.count - 3], parts[parts.count - 2], parts[parts.count - 1]
    )
    let digits = layer.reversed().prefix { "0"..."9" ~= $0 }
    guard !digits.isEmpty, layer.dropLast(digits.count).hasSuffix("denselayer"),
      ["norm", "relu", "conv"].contains(kind), ["1", "2"].contains(number),
      ["weight", "bias", "running_mean", "running_var"].contains(parameter)
    else { return key }
    return (parts.dropLast(3) + ["\(kind)\(number)", parameter]).joined(separator: ".")
  }
}
