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
