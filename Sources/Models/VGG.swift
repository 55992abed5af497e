import Layers

/// VGG-11, -13, -16 and -19 (Simonyan & Zisserman 2014, 1409.1556), with and without batch norm, as torchvision
/// has them.
enum VGG {
  static let architectures = [
    ("vgg11", [1, 1, 2, 2, 2]), ("vgg13", [2, 2, 2, 2, 2]), ("vgg16", [2, 2, 3, 3, 3]),
    ("vgg19", [2, 2, 4, 4, 4]),
  ].flatMap { (name: String, convolutions: [Int]) in
    [("", false), ("_bn", true)].map { (suffix: String, hasNorms: Bool) in
      Architecture(name: name + suffix, isLocal: false) { builder in
        try build(&builder, convolutions, hasNorms: hasNorms)
      }
    }
  }

  /// Channels of the stages' convolutions as published; a 2×2 maximum ends each stage.
  private static let channels = [64, 128, 256, 512, 512]

  /// - Parameter convolutions: of each stage.
  private static func build(
    _ builder: inout NetworkBuilder, _ convolutions: [Int], hasNorms: Bool
  ) throws {
    var value = Network.Value.input
    var inputs = 3
    // A layer's place in the list of features is its name.
    var index = 0
    for (stage, count) in convolutions.enumerated() {
      for _ in 0..<count {
        let name = "features.\(index)"
        let outputs = try builder.outputs(of: name, standard: channels[stage])
        value = try builder.convolution(
          name, value, inputs: inputs, outputs: outputs, kernel: 3, padding: 1, bias: true)
        if hasNorms {
          value = try builder.batchNorm("features.\(index + 1)", value, channels: outputs)
          index += 1
        }
        value = builder.append("features.\(index + 1)", Clip.relu, value)
        inputs = outputs
        index += 2
      }
      value = builder.append("features.\(index)", MaxPool(geometry: Window(kernel: 2, stride: 2)), value)
      index += 1
    }
    value = builder.append("avgpool", AdaptiveAveragePool(rows: 7, columns: 7), value)
    value = builder.append("flatten", Flatten(), value)
    var features = 7 * 7 * inputs
    for place in [0, 3] {
      let outputs = try builder.outputs(of: "classifier.\(place)", standard: 4096, scaling: .hidden)
      value = try builder.linear("classifier.\(place)", value, inputs: features, outputs: outputs)
      value = builder.append("classifier.\(place + 1)", Clip.relu, value)
      value = builder.append("classifier.\(place + 2)", Dropout(rate: 0.5), value)
      features = outputs
    }
    let classes = try builder.classes(of: "classifier.6")
    _ = try builder.linear("classifier.6", value, inputs: features, outputs: classes)
  }
}
