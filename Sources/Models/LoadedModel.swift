import Checkpoints
import Files
import Layers
import Tensors

/// A network ready for use, with what is worth knowing about it.
public struct LoadedModel: Sendable {
  public let classifier: any Classifier
  public let architecture: Architecture
  /// Trained values, running statistics left out.
  public let parameterCount: Int
  /// Where each cell of the last feature map looks; nil when every logit sees the whole picture at once.
  public let receptiveField: ReceptiveField?
  /// The weights' file.
  public let weightsPath: String
  /// What the weights were read from; nil for parameters that were made.
  private let weights: DigestedBytes?
  /// As the checkpoint has it: without normalisation, not folded.
  public let network: Network

  public var card: ModelCard { classifier.card }

  /// - Parameter weights: the bytes that the parameters were read from; nil for parameters that were made.
  /// - Throws: `ModelError` when the parameters are not the architecture's or the card does not fit them.
  public init(
    card: ModelCard, parameters: [String: Tensor], weightsPath: String, weights: DigestedBytes? = nil
  ) throws {
    let architecture = try Architecture.named(card.architecture)
    try self.init(
      card: card, architecture: architecture, network: try architecture.network(parameters: parameters),
      isLocal: architecture.isLocal, weightsPath: weightsPath, weights: weights)
  }

  /// The network of an ONNX file; local where its logits are the mean of a map without padding.
  ///
  /// - Parameter weights: the file's bytes.
  /// - Throws: `ModelError` when the graph is not a classifier's or the card does not fit it, `CheckpointError`
  ///   when a constant cannot be read.
  public init(card: ModelCard, imported file: ONNXFile, weights: DigestedBytes? = nil) throws {
    let preprocessing = card.preprocessing
    let network = try ONNXImporter.network(of: file, pictureSide: preprocessing.centerCrop)
    try self.init(
      card: card, architecture: .onnx, network: network, isLocal: network.localReceptiveField != nil,
      weightsPath: file.path, weights: weights)
  }

  private init(
    card: ModelCard, architecture: Architecture, network: Network, isLocal: Bool, weightsPath: String,
    weights: DigestedBytes?
  ) throws {
    self.architecture = architecture
    self.network = network
    self.weightsPath = weightsPath
    self.weights = weights
    parameterCount = network.trainedParameterCount
    if isLocal {
      let local = try LocalNetworkClassifier(card: card, network: network)
      receptiveField = local.receptiveField
      classifier = local
    } else {
      receptiveField = nil
      classifier = try NetworkClassifier(card: card, network: network)
    }
  }

  /// The SHA-256 digest of the weights' file as it was read, in hexadecimal digits; worked out once.
  ///
  /// - Throws: `FileError.missing` for parameters that were made and not read.
  public func weightsSHA256() throws -> String {
    guard let weights else { throw FileError.missing(path: weightsPath) }
    return weights.sha256
  }

  /// The classifier as one whose evidence is local.
  ///
  /// - Throws: `ModelError.notLocal` for all but BagNets.
  public func local() throws -> any LocalClassifier {
    guard let local = classifier as? any LocalClassifier else {
      throw ModelError.notLocal(name: card.name, architecture: card.architecture)
    }
    return local
  }
}

extension LoadedModel {
  /// A network with random parameters and a card without preprocessing, for timing.
  ///
  /// - Parameters:
  ///   - width: channels of the first stage; the published 64 when nil.
  ///   - classes: the published 1,000 when nil.
  /// - Throws: what the card's check says; never for a known architecture.
  public static func random(
    _ architecture: Architecture, width: Int? = nil, classes: Int? = nil, seed: UInt64
  ) throws -> LoadedModel {
    let network = try architecture.randomNetwork(seed: seed, width: width, classes: classes)
    let count = try network.outputShape(for: [1, 3, 224, 224])[1]
    let card = ModelCard(
      name: architecture.name, architecture: architecture.name,
      classes: (0..<count).map { "class\($0)" })
    return try LoadedModel(card: card, parameters: network.parameters, weightsPath: "")
  }
}
