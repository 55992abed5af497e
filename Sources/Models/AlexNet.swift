import Layers

/// AlexNet in the variant of Krizhevsky 2014 (1404.5997) as torchvision has it: one column, no local
/// normalisation.
enum AlexNet {
  static let architectures = [Architecture(name: "alexnet", isLocal: false, build: build)]

  /// One entry of `features`; a ReLU follows each convolution.
  private enum Part {
    case convolution(outputs: Int, Window)
    case pool
  }

  private static let parts: [Part] = [
    .convolution(outputs: 64, Window(kernel: 11, stride: 4, padding: 2)), .pool,
    .convolution(outputs: 192, Window(kernel: 5, padding: 2)), .pool,
    .convolution(outputs: 384, Window(kernel: 3, padding: 1)),
    .convolution(outputs: 256, Window(kernel: 3, padding: 1)),
    .convolution(outputs: 256, Window(kernel: 3, padding: 1)), .pool,
  ]

  private static func build(_ builder: inout NetworkBuilder) throws {
    var value = Network.Value.input
    var channels = 3
    // A layer's place in the list of features is its name.
    var index = 0
    for part in parts {
      let name = "features.\(index)"
      switch part {
      case .convolution(let standard, let window):
        let outputs = try builder.outputs(of: name, standard: standard)
        value = try builder.convolution(
          name, value, inputs: channels, outputs: outputs, window: window, bias: true)
        value = builder.append("features.\(index + 1)", Clip.relu, value)
        channels = outputs
        index += 2
      case .pool:
        value = builder.append(name, MaxPool(geometry: Window(kernel: 3, stride: 2)), value)
        index += 1
      }
    }
    value = builder.append("avgpool", AdaptiveAveragePool(rows: 6, columns: 6), value)
    value = builder.append("flatten", Flatten(), value)
    var features = 6 * 6 * channels
    for place in [1, 4] {
      value = builder.append("classifier.\(place - 1)", Dropout(rate: 0.5), value)
      let outputs = try builder.outputs(of: "classifier.\(place)", standard: 4096, scaling: .hidden)
      value = try builder.linear("classifier.\(place)", value, inputs: features, outputs: outputs)
      value = builder.append("classifier.\(place + 1)", Clip.relu, value)
      features = outputs
    }
    let classes = try builder.classes(of: "classifier.6")
    _ = try builder.linear("classifier.6", value, inputs: features, outputs: classes)
  }
}
