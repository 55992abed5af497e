import Layers

/// SqueezeNet 1.0 and 1.1 (Iandola et al. 2016, 1602.07360) as torchvision has them; the classifier is a
/// convolution, and its ReLU stands before the mean over the picture.
enum SqueezeNet {
  static let architectures = [
    Architecture(name: "squeezenet1_0", isLocal: false) { try build(&$0, originalParts) },
    Architecture(name: "squeezenet1_1", isLocal: false) { try build(&$0, revisedParts) },
  ]

  /// One entry of `features`, whose index in the list is its index in the checkpoint.
  private enum Part {
    case convolution(outputs: Int, kernel: Int)
    case relu
    case pool
    /// A squeeze convolution and two expanding ones side by side.
    case fire(squeeze: Int, expand: Int)
  }

  private static let originalParts: [Part] = [
    .convolution(outputs: 96, kernel: 7), .relu, .pool,
    .fire(squeeze: 16, expand: 64), .fire(squeeze: 16, expand: 64), .fire(squeeze: 32, expand: 128), .pool,
    .fire(squeeze: 32, expand: 128), .fire(squeeze: 48, expand: 192), .fire(squeeze: 48, expand: 192),
    .fire(squeeze: 64, expand: 256), .pool, .fire(squeeze: 64, expand: 256),
  ]

  private static let revisedParts: [Part] = [
    .convolution(outputs: 64, kernel: 3), .relu, .pool,
    .fire(squeeze: 16, expand: 64), .fire(squeeze: 16, expand: 64), .pool,
    .fire(squeeze: 32, expand: 128), .fire(squeeze: 32, expand: 128), .pool,
    .fire(squeeze: 48, expand: 192), .fire(squeeze: 48, expand: 192), .fire(squeeze: 64, expand: 256),
    .fire(squeeze: 64, expand: 256),
  ]

  private static func build(_ builder: inout NetworkBuilder, _ parts: [Part]) throws {
    var value = Network.Value.input
    var channels = 3
    for (index, part) in parts.enumerated() {
      let name = "features.\(index)"
      switch part {
      case .convolution(let standard, let kernel):
        let outputs = try builder.outputs(of: name, standard: standard)
        value = try builder.convolution(
          name, value, inputs: channels, outputs: outputs, kernel: kernel, stride: 2, bias: true)
        channels = outputs
      case .relu:
        value = builder.append(name, Clip.relu, value)
      case .pool:
        value = builder.append(
          name, MaxPool(geometry: Window(kernel: 3, stride: 2), roundingUp: true), value)
      case .fire(let squeeze, let expand):
        (value, channels) = try fire(
          &builder, name, value, inputs: channels, squeeze: squeeze, expand: expand)
      }
    }
    value = builder.append("classifier.0", Dropout(rate: 0.5), value)
    let classes = try builder.classes(of: "classifier.1")
    value = try builder.convolution(
      "classifier.1", value, inputs: channels, outputs: classes, kernel: 1, bias: true)
    value = builder.append("classifier.2", Clip.relu, value)
    value = builder.append("classifier.3", GlobalAveragePool(), value)
    _ = builder.append("flatten", Flatten(), value)
  }

  private static func fire(
    _ builder: inout NetworkBuilder, _ name: String, _ input: Network.Value, inputs: Int, squeeze: Int,
    expand: Int
  ) throws -> (Network.Value, channels: Int) {
    let squeezed = try builder.outputs(of: "\(name).squeeze", standard: squeeze)
    let narrow = try builder.outputs(of: "\(name).expand1x1", standard: expand)
    let wide = try builder.outputs(of: "\(name).expand3x3", standard: expand)
    var value = try builder.convolution(
      "\(name).squeeze", input, inputs: inputs, outputs: squeezed, kernel: 1, bias: true)
    value = builder.append("\(name).squeeze_activation", Clip.relu, value)
    var left = try builder.convolution(
      "\(name).expand1x1", value, inputs: squeezed, outputs: narrow, kernel: 1, bias: true)
    left = builder.append("\(name).expand1x1_activation", Clip.relu, left)
    var right = try builder.convolution(
      "\(name).expand3x3", value, inputs: squeezed, outputs: wide, kernel: 3, padding: 1, bias: true)
    right = builder.append("\(name).expand3x3_activation", Clip.relu, right)
    return (builder.append("\(name).concat", Concatenation(), left, right), narrow + wide)
  }
}
