import Layers
import Tensors

/// A network with its card: pixels in 0…1 in, logits out.
public struct NetworkClassifier: LayeredClassifier {
  public let card: ModelCard
  /// The number of the checkpoint's trained values; running statistics are not counted.
  public let parameterCount: Int
  /// Normalisation and the folded network.
  let network: Network
  /// As the checkpoint has it, without normalisation; shares its weights with whoever read them.
  private let source: Network

  /// - Parameters:
  ///   - card: its class count must be the network's.
  ///   - network: as the checkpoint has it, without normalisation, not folded.
  /// - Throws: `ModelError.wrongClassCount`, or the error of a picture size that does not suit.
  public init(card: ModelCard, network: Network) throws {
    self.card = card
    parameterCount = network.trainedParameterCount
    source = network
    self.network = network.folded().normalising(by: card.preprocessing)
    try checkCard(against: network)
  }

  private init(card: ModelCard, parameterCount: Int, folded network: Network, source: Network) {
    self.card = card
    self.parameterCount = parameterCount
    self.network = network
    self.source = source
  }

  public var layers: Network { source.foldingBatchNorms().normalising(by: card.preprocessing) }

  /// The same network asked about one class alone.
  ///
  /// - Precondition: the network ends in a linear layer or a convolution.
  func keepingClass(_ index: Int) -> NetworkClassifier {
    NetworkClassifier(
      card: card.keepingClass(index), parameterCount: parameterCount,
      folded: network.keepingLastChannel(index), source: source.keepingLastChannel(index))
  }

  public func logits(of images: Tensor, on workers: Workers) throws -> Tensor {
    try requireImages(images)
    return try network.forward(images, on: workers)
  }

  public func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
    try requireImages(images)
    return try network.differentiableOutput(of: images, on: workers)
  }

  private func checkCard(against network: Network) throws {
    // Without a size in the card any size will do that every architecture takes.
    let side = card.preprocessing.centerCrop ?? card.preprocessing.resizeShorterSide ?? 224
    let classes = try network.outputShape(for: [1, 3, side, side])[1]
    let named = card.classNames.isEmpty ? card.classes.count : card.classNames.count
    guard card.classes.count == classes, named == classes else {
      throw ModelError.wrongClassCount(
        name: card.name, card: card.classes.count == classes ? named : card.classes.count,
        weights: classes)
    }
  }
}

extension Classifier {
  /// Checks that `images` is `[batch, 3, height, width]` with a batch of at least one.
  func requireImages(_ images: Tensor) throws {
    guard images.shape.rank == 4, images.shape[0] > 0, images.shape[1] == 3 else {
      throw ModelError.wrongImageShape(
        name: card.name, expected: "[batch, 3, height, width]", found: images.shape)
    }
  }
}

extension DifferentiableLogits {
  /// A recording whose input's gradient was asked for.
  init(_ recording: Network.Recording) {
    self.init(logits: recording.output) { gradient in
      guard let image = recording.pullback(gradient).input else {
        preconditionFailure("the input's gradient was asked for")
      }
      return image
    }
  }
}

extension Network {
  /// The output with the pullback to the input.
  func differentiableOutput(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
    DifferentiableLogits(try recordingForward(images, Pass(workers: workers, wanted: .inputs)))
  }

  /// The number of values in the trained parameters, running statistics left out.
  public var trainedParameterCount: Int {
    parameters.reduce(0) { $0 + ($1.key.contains(".running_") ? 0 : $1.value.count) }
  }

  /// The network with mean and deviation of a card as its first layer.
  public func normalising(by preprocessing: Preprocessing) -> Network {
    guard preprocessing.mean != nil || preprocessing.std != nil else { return self }
    let mean = preprocessing.mean ?? [0, 0, 0]
    let deviation = preprocessing.std ?? [1, 1, 1]
    return preceded(by: Normalisation(mean: mean, deviation: deviation), named: "normalisation")
  }
}
