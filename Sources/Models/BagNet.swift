import Layers

/// BagNet-9, -17 and -33 (Brendel & Bethge 2019, 1904.00760): a ResNet-50 in which most 3×3 convolutions are
/// 1×1, nothing is padded, and each cell of the last feature map sees q × q pixels.
enum BagNet {
  static let architectures = [
    Architecture(name: "bagnet9", isLocal: true) { try build(&$0, stagesWithKernel3: 2) },
    Architecture(name: "bagnet17", isLocal: true) { try build(&$0, stagesWithKernel3: 3) },
    Architecture(name: "bagnet33", isLocal: true) { try build(&$0, stagesWithKernel3: 4) },
  ]

  private static let blocks = [3, 4, 6, 3]
  private static let strides = [2, 2, 2, 1]
  private static let expansion = 4

  /// - Parameter stages: how many stages have a 3×3 kernel in their first block.
  private static func build(_ builder: inout NetworkBuilder, stagesWithKernel3 stages: Int) throws {
    let width = try builder.outputs(of: "conv1", standard: 64)
    let classes = try builder.classes(of: "fc")
    var value = try builder.convolution("conv1", .input, inputs: 3, outputs: width, kernel: 1)
    value = try builder.convolution("conv2", value, inputs: width, outputs: width, kernel: 3)
    value = try builder.batchNorm("bn1", value, channels: width)
    value = builder.append("relu", Clip.relu, value)
    var channels = width
    for stage in blocks.indices {
      let inner = width << stage
      for block in 0..<blocks[stage] {
        let first = block == 0
        value = try bottleneck(
          &builder, "layer\(stage + 1).\(block)", value, inputs: channels, inner: inner,
          kernel: first && stage < stages ? 3 : 1, stride: first ? strides[stage] : 1, downsample: first)
        channels = inner * expansion
      }
    }
    value = builder.append("avgpool", GlobalAveragePool(), value)
    value = builder.append("flatten", Flatten(), value)
    _ = try builder.linear("fc", value, inputs: channels, outputs: classes)
  }

  /// 1×1 → k×k → 1×1, each with batch norm, plus the shortcut cropped to the main path's size.
  private static func bottleneck(
    _ builder: inout NetworkBuilder, _ name: String, _ input: Network.Value, inputs: Int, inner: Int,
    kernel: Int, stride: Int, downsample: Bool
  ) throws -> Network.Value {
    let outputs = inner * expansion
    var value = try builder.convolution("\(name).conv1", input, inputs: inputs, outputs: inner, kernel: 1)
    value = try builder.batchNorm("\(name).bn1", value, channels: inner)
    value = builder.append("\(name).relu1", Clip.relu, value)
    value = try builder.convolution(
      "\(name).conv2", value, inputs: inner, outputs: inner, kernel: kernel, stride: stride)
    value = try builder.batchNorm("\(name).bn2", value, channels: inner)
    value = builder.append("\(name).relu2", Clip.relu, value)
    value = try builder.convolution("\(name).conv3", value, inputs: inner, outputs: outputs, kernel: 1)
    value = try builder.batchNorm("\(name).bn3", value, channels: outputs)
    var shortcut = input
    if downsample {
      shortcut = try builder.convolution(
        "\(name).downsample.0", input, inputs: inputs, outputs: outputs, kernel: 1, stride: stride)
      shortcut = try builder.batchNorm("\(name).downsample.1", shortcut, channels: outputs)
    }
    value = builder.append("\(name).add", Add(), value, shortcut)
    return builder.append("\(name).relu3", Clip.relu, value)
  }
}
