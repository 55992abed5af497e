/// How each operator is turned into layers; a new one is one line here.
enum ONNXOperator {
  typealias Translation = @Sendable (inout ONNXImporter, ONNXStep) throws -> Void

  static let catalogue: [String: Translation] = [
    // Windows
    "Conv": { try $0.convolution($1) },
    "MaxPool": { try $0.maxPool($1) },
    "AveragePool": { try $0.averagePool($1) },
    "GlobalAveragePool": { try $0.globalAveragePool($1) },
    "ReduceMean": { try $0.reduceMean($1) },
    "Pad": { try $0.pad($1) },
    // Arithmetic
    "Gemm": { try $0.gemm($1) },
    "MatMul": { try $0.matrixProduct($1) },
    "Add": { try $0.add($1) },
    "Sub": { try $0.subtract($1) },
    "Mul": { try $0.multiply($1) },
    "Div": { try $0.divide($1) },
    "BatchNormalization": { try $0.batchNormalization($1) },
    // Activations
    "Relu": { try $0.activation($1) { _ in .relu } },
    "Clip": { try $0.clip($1) },
    "LeakyRelu": { try $0.leakyRelu($1) },
    "Sigmoid": { try $0.sigmoid($1) },
    "HardSigmoid": { try $0.hardSigmoid($1) },
    "HardSwish": { try $0.hardSwish($1) },
    "Softmax": { try $0.finalSoftmax($1) },
    "LogSoftmax": { try $0.finalSoftmax($1) },
    // What passes its input on
    "Identity": { try $0.identity($1) },
    "Dropout": { try $0.dropout($1) },
    "Cast": { try $0.cast($1) },
    // Shapes
    "Flatten": { try $0.flatten($1) },
    "Reshape": { try $0.reshape($1) },
    "Squeeze": { try $0.squeeze($1) },
    "Unsqueeze": { try $0.unsqueeze($1) },
    "Transpose": { try $0.transpose($1) },
    "Concat": { try $0.concatenate($1) },
    "Split": { try $0.split($1) },
    "Slice": { try $0.slice($1) },
    "Gather": { try $0.gather($1) },
    // Constants
    "Constant": { try $0.constant($1) },
    "ConstantOfShape": { try $0.constantOfShape($1) },
    "Shape": { try $0.shape($1) },
  ]
}

extension Architecture {
  /// What a card names for a network that brings its own graph; in no catalogue, since nothing can be built
  /// without the file.
  static let onnx = Architecture(name: "onnx", isLocal: false) { _ in
    throw ModelError.unknownArchitecture(name: "onnx", known: Architecture.catalogue.map(\.name))
  }
}
