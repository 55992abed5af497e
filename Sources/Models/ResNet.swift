import Layers

/// ResNet-18 to -152 (He et al. 2015, 1512.03385) as torchvision has them: in bottleneck blocks the 3×3
/// convolution carries the stride.
enum ResNet {
  static let architectures = [
    Architecture(name: "resnet18", isLocal: false) { try build(&$0, [2, 2, 2, 2], bottleneck: false) },
    Architecture(name: "resnet34", isLocal: false) { try build(&$0, [3, 4, 6, 3], bottleneck: false) },
    Architecture(name: "resnet50", isLocal: false) { try build(&$0, [3, 4, 6, 3], bottleneck: true) },
    Architecture(name: "resnet101", isLocal: false) { try build(&$0, [3, 4, 23, 3], bottleneck: true) },
    Architecture(name: "resnet152", isLocal: false) { try build(&$0, [3, 8, 36, 3], bottleneck: true) },
  ]

  private static func build(_ builder: inout NetworkBuilder, _ blocks: [Int], bottleneck: Bool) throws {
    let width = try builder.outputs(of: "conv1", standard: 64)
    let classes = try builder.classes(of: "fc")
    var value = try builder.convolution(
      "conv1", .input, inputs: 3, outputs: width, kernel: 7, stride: 2, padding: 3)
    value = try builder.batchNorm("bn1", value, channels: width)
    value = builder.append("relu", Clip.relu, value)
    value = builder.append("maxpool", MaxPool(geometry: Window(kernel: 3, stride: 2, padding: 1)), value)
    var channels = width
    for stage in blocks.indices {
      for block in 0..<blocks[stage] {
        let place = Block(
          name: "layer\(stage + 1).\(block)", inputs: channels, inner: width << stage,
          outputs: (width << stage) * (bottleneck ? 4 : 1), stride: block == 0 && stage > 0 ? 2 : 1)
        value = try bottleneck ? bottleneckBlock(&builder, place, value) : basicBlock(&builder, place, value)
        channels = place.outputs
      }
    }
    value = builder.append("avgpool", GlobalAveragePool(), value)
    value = builder.append("flatten", Flatten(), value)
    _ = try builder.linear("fc", value, inputs: channels, outputs: classes)
  }

  /// One residual block's name and sizes.
  private struct Block {
    let name: String
    let inputs, inner, outputs, stride: Int
  }

  /// 3×3 → 3×3.
  private static func basicBlock(
    _ builder: inout NetworkBuilder, _ block: Block, _ input: Network.Value
  ) throws -> Network.Value {
    var value = try builder.convolution(
      "\(block.name).conv1", input, inputs: block.inputs, outputs: block.inner, kernel: 3,
      stride: block.stride, padding: 1)
    value = try builder.batchNorm("\(block.name).bn1", value, channels: block.inner)
    value = builder.append("\(block.name).relu1", Clip.relu, value)
    value = try builder.convolution(
      "\(block.name).conv2", value, inputs: block.inner, outputs: block.outputs, kernel: 3, padding: 1)
    value = try builder.batchNorm("\(block.name).bn2", value, channels: block.outputs)
    return try joined(&builder, block, main: value, input: input)
  }

  /// 1×1 → 3×3 → 1×1.
  private static func bottleneckBlock(
    _ builder: inout NetworkBuilder, _ block: Block, _ input: Network.Value
  ) throws -> Network.Value {
    var value = try builder.convolution(
      "\(block.name).conv1", input, inputs: block.inputs, outputs: block.inner, kernel: 1)
    value = try builder.batchNorm("\(block.name).bn1", value, channels: block.inner)
    value = builder.append("\(block.name).relu1", Clip.relu, value)
    value = try builder.convolution(
      "\(block.name).conv2", value, inputs: block.inner, outputs: block.inner, kernel: 3,
      stride: block.stride, padding: 1)
    value = try builder.batchNorm("\(block.name).bn2", value, channels: block.inner)
    value = builder.append("\(block.name).relu2", Clip.relu, value)
    value = try builder.convolution(
      "\(block.name).conv3", value, inputs: block.inner, outputs: block.outputs, kernel: 1)
    value = try builder.batchNorm("\(block.name).bn3", value, channels: block.outputs)
    return try joined(&builder, block, main: value, input: input)
  }

  /// The main path plus the shortcut, projected where its shape differs.
  private static func joined(
    _ builder: inout NetworkBuilder, _ block: Block, main: Network.Value, input: Network.Value
  ) throws -> Network.Value {
    var shortcut = input
    if block.stride != 1 || block.inputs != block.outputs {
      shortcut = try builder.convolution(
        "\(block.name).downsample.0", input, inputs: block.inputs, outputs: block.outputs, kernel: 1,
        stride: block.stride)
      shortcut = try builder.batchNorm("\(block.name).downsample.1", shortcut, channels: block.outputs)
    }
    let sum = builder.append("\(block.name).add", Add(), main, shortcut)
    return builder.append("\(block.name).relu3", Clip.relu, sum)
  }
}
