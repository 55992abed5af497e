import Layers

/// MobileNetV2 (Sandler et al. 2018, 1801.04381) as torchvision has it.
enum MobileNetV2 {
  static let architectures = [Architecture(name: "mobilenet_v2", isLocal: false, build: build)]

  /// Blocks of the same inner factor and output channels; the first carries the stride.
  private static let stages: [(factor: Int, outputs: Int, blocks: Int, stride: Int)] = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
  ]

  private static func build(_ builder: inout NetworkBuilder) throws {
    let stem = part("features.0")
    var channels = try builder.outputs(of: stem.convolution, standard: 32, scaling: .multipleOf8)
    var value = try builder.activated(
      stem, .input, inputs: 3, outputs: channels, window: Window(kernel: 3, stride: 2, padding: 1),
      norms: norms)
    var index = 1
    for stage in stages {
      for block in 0..<stage.blocks {
        (value, channels) = try residual(
          "features.\(index)", factor: stage.factor, standard: stage.outputs,
          stride: block == 0 ? stage.stride : 1
        ).append(to: &builder, value, inputs: channels)
        index += 1
      }
    }
    let head = part("features.\(index)")
    let features = try builder.outputs(
      of: head.convolution, standard: 1280, scaling: .multipleOf8AtLeastPublished)
    value = try builder.activated(
      head, value, inputs: channels, outputs: features, window: .pixel, norms: norms)
    value = builder.append("avgpool", GlobalAveragePool(), value)
    value = builder.append("flatten", Flatten(), value)
    value = builder.append("classifier.0", Dropout(rate: 0.2), value)
    let classes = try builder.classes(of: "classifier.1")
    _ = try builder.linear("classifier.1", value, inputs: features, outputs: classes)
  }

  /// A block whose parts are numbered in order: a convolution with batch norm and ReLU6 is one part, the last
  /// convolution and its batch norm are two.
  private static func residual(
    _ name: String, factor: Int, standard: Int, stride: Int
  ) -> InvertedResidual {
    let first = factor == 1 ? 0 : 1
    return InvertedResidual(
      name: name, expansion: factor == 1 ? nil : part("\(name).conv.0"),
      depthwise: part("\(name).conv.\(first)"),
      projection: .init(convolution: "\(name).conv.\(first + 1)", norm: "\(name).conv.\(first + 2)"),
      window: Window(kernel: 3, stride: stride, padding: 1), factor: factor, standard: standard,
      norms: norms)
  }

  /// The names of a convolution and its batch norm that make one part.
  private static func part(_ name: String) -> InvertedResidual.Names {
    .init(convolution: "\(name).0", norm: "\(name).1")
  }

  private static let norms = InvertedResidual.Norms()
}
