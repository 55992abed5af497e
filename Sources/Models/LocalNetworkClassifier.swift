import Layers
import Tensors

/// A BagNet: its logits are the mean over a map of logits that each see one square of pixels.
public struct LocalNetworkClassifier: LocalClassifier, LayeredClassifier {
  private let whole: NetworkClassifier
  /// Pixels to the logit map: the network up to its mean over the picture, then its last layer as a 1×1
  /// convolution.
  private let map: SplitNetwork
  public let receptiveField: ReceptiveField

  public var card: ModelCard { whole.card }
  public var parameterCount: Int { whole.parameterCount }
  public var layers: Network { whole.layers }

  /// - Parameters:
  ///   - card: its class count must be the network's.
  ///   - network: as the checkpoint has it, ending in global average pool, flatten and linear.
  /// - Throws: `ModelError.notLocal` when the network does not end so, mixes all pixels, or pads its input: a
  ///   cell that sees padding differs from the same pixels elsewhere.
  public init(card: ModelCard, network: Network) throws {
    whole = try NetworkClassifier(card: card, network: network)
    guard let map = whole.network.logitMapNetwork(), let field = whole.network.localReceptiveField else {
      throw ModelError.notLocal(name: card.name, architecture: card.architecture)
    }
    self.map = SplitNetwork(map)
    receptiveField = field
  }

  private init(whole: NetworkClassifier, map: Network, receptiveField: ReceptiveField) {
    self.whole = whole
    self.map = SplitNetwork(map)
    self.receptiveField = receptiveField
  }

  public func keepingClass(_ index: Int) -> LocalNetworkClassifier {
    LocalNetworkClassifier(
      whole: whole.keepingClass(index), map: map.whole.keepingLastChannel(index),
      receptiveField: receptiveField)
  }

  public func logits(of images: Tensor, on workers: Workers) throws -> Tensor {
    try whole.logits(of: images, on: workers)
  }

  public func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
    try whole.differentiableLogits(of: images, on: workers)
  }

  public func logitMap(of images: Tensor, on workers: Workers) throws -> Tensor {
    try requireImages(images)
    return try map.forward(images, on: workers)
  }

  public func differentiableLogitMap(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
    try requireImages(images)
    return DifferentiableLogits(try map.recordingForward(images, on: workers))
  }

  public func logitsAtEveryPixel(
    of picture: Tensor, forClass index: Int, on workers: Workers, progress: (Int, Int) throws -> Void
  ) throws -> Tensor {
    try requireImages(picture)
    let cells = try map.whole.keepingLastChannel(index).forwardAtEveryPixel(
      picture, on: workers, progress: progress)
    return cells.reshaped(to: [cells.shape[1], cells.shape[2]])
  }
}

extension Network {
  /// The network with mean-then-linear turned into a 1×1 convolution on every cell, or nil when it does not
  /// end in global average pool, flatten and linear. The mean of a linear map is the linear map of the mean,
  /// so the map's mean is the network's output.
  func logitMapNetwork() -> Network? {
    guard nodes.count > 3, output.index == nodes.count,
      nodes[nodes.count - 3].layer is GlobalAveragePool, nodes[nodes.count - 2].layer is Flatten,
      let last = nodes[nodes.count - 1].layer as? Linear
    else { return nil }
    var result = Network()
    for node in nodes.dropLast(3) { result.append(node.name, node.layer, node.inputs) }
    let weight = last.weight.reshaped(to: [last.weight.shape[0], last.weight.shape[1], 1, 1])
    result.append(
      nodes[nodes.count - 1].name, Convolution(weight: weight, bias: last.bias, geometry: .pixel),
      nodes[nodes.count - 3].inputs)
    return result
  }
}

extension Network {
  /// The network with one channel of its last layer alone, a convolution or a linear layer.
  func keepingLastChannel(_ channel: Int) -> Network {
    guard let last = nodes.last, output.index == nodes.count else {
      preconditionFailure("a network's last layer gives its output")
    }
    guard let part = (last.layer as? any SelectableLayer)?.keeping(outputs: channel..<channel + 1) else {
      preconditionFailure("classes are told apart by a convolution or a linear layer")
    }
    var result = Network()
    for node in nodes.dropLast() { result.append(node.name, node.layer, node.inputs) }
    result.append(last.name, part, last.inputs)
    return result
  }

  /// Where each cell of the logit map looks; nil when the network has none.
  public var localReceptiveField: ReceptiveField? {
    // A padded network's cells see the border too, so their evidence is not of pixels alone.
    logitMapNetwork()?.receptiveField.flatMap { $0.offset == 0 ? $0 : nil }
  }
}
