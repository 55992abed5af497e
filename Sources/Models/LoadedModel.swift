import Checkpoints
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
  /// As the checkpoint has it: without normalisation, not folded.
  public let network: Network

  public var card: ModelCard { classifier.card }

  /// - Throws: `ModelError` when the parameters are not the architecture's or the card does not fit them.
  public init(card: ModelCard, parameters: [String: Tensor], weightsPath: String) throws {
    let architecture = try Architecture.named(card.architecture)
    try self.init(
      card: card, architecture: architecture, network: try architecture.network(parameters: parameters),
      isLocal: architecture.isLocal, weightsPath: weightsPath)
  }

  /// The network of an ONNX file; local where its logits are the mean of a map without padding.
  ///
  /// - Throws: `ModelError` when the graph is not a classifier's or the card does not fit it, `CheckpointError`
  ///   when a constant cannot be read.
  public init(card: ModelCard, imported file: ONNXFile) throws {
    let preprocessing = card.preprocessing
    let network = try ONNXImporter.network(of: file, pictureSide: preprocessing.centerCrop)
    try self.init(
      card: card, architecture: .onnx, network: network, isLocal: network.localReceptiveField != nil,
      weightsPath: file.path)
  }

  private init(
    card: ModelCard, architecture: Architecture, network: Network, isLocal: Bool, weightsPath: String
  ) throws {
    self.architecture = architecture
    self.network = network
    self.weightsPath = weightsPath
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
