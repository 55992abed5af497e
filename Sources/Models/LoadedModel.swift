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
    architecture = try Architecture.named(card.architecture)
    network = try architecture.network(parameters: parameters)
    self.weightsPath = weightsPath
    parameterCount = network.trainedParameterCount
    if architecture.isLocal {
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
