import Layers
import Models
import Tensors

/// A network and a batch of pictures to time it on.
public struct BenchmarkSubject: Sendable {
  /// What cases are called by.
  public let name: String
  public let model: LoadedModel
  /// `[batch, 3, height, width]` in 0…1.
  public let images: Tensor
  public let workers: Workers

  /// - Parameter images: `[batch, 3, height, width]` in 0…1, at least one.
  public init(name: String, model: LoadedModel, images: Tensor, workers: Workers) {
    precondition(images.shape.rank == 4 && images.shape[0] > 0 && images.shape[1] == 3)
    self.name = name
    self.model = model
    self.images = images
    self.workers = workers
  }

  var classifier: any Classifier { model.classifier }

  /// A class for each picture, in turn; what is timed does not depend on it.
  var labels: [Int] { (0..<images.shape[0]).map { $0 % model.card.classes.count } }

  /// Normalisation and the network as the checkpoint has it, not folded: for training.
  var trainedNetwork: Network { model.network.fused().normalising(by: model.card.preprocessing) }

  /// Multiplications and additions of one forward pass over the batch.
  func forwardOperations() throws -> Double { try model.network.operationCount(for: images.shape) }

  /// Multiplications and additions of as many full passes over one picture; nil for a network that computes
  /// only what a change touches.
  func operations(ofFullPasses count: Int) throws -> Double? {
    guard model.receptiveField == nil else { return nil }
    return try Double(count) * model.network.operationCount(for: images.slice(0..<1).shape)
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
