import Layers
import Tensors

/// The visual words of a bag of features as they stand in its tensors.
public struct VisualWordReader: Sendable {
  /// What the words say of pictures.
  public struct Reading: Sendable {
    /// How a picture's patches share out among the words, `[batch, words]`; each row sums to 1.
    public let histograms: Tensor
    /// The squared distance of each patch's descriptor to each word, `[batch, words, rows, columns]`.
    public let distances: Tensor
  }

  /// The weight of each word for each class, `[classes, words]`.
  public let decision: Tensor
  /// Where the patch of each cell lies.
  public let receptiveField: ReceptiveField
  /// Normalised pixels to whitened descriptors.
  private let descriptor: Network
  private let words: Convolution
  /// β in `β (2 x·c − |c|²)`.
  private let sharpness: Float

  /// The words of a network, or nil when it is no bag of features.
  public init?(_ model: LoadedModel) {
    let nodes = model.network.nodes
    guard model.architecture.name == "bag_of_features", let field = model.receptiveField,
      let index = nodes.firstIndex(where: { $0.name == "words" }),
      let words = nodes[index].layer as? Convolution, let bias = words.bias,
      let last = nodes.last?.layer as? Linear
    else { return nil }
    var descriptor = Network()
    for node in nodes[..<index] { descriptor.append(node.name, node.layer, node.inputs) }
    self.descriptor = descriptor.normalising(by: model.card.preprocessing)
    self.words = words
    decision = last.weight
    receptiveField = field
    // weight = 2βc and bias = −β|c|², so |weight|² / (−4 bias) is β for every word that is not the origin.
    let lengths = words.weight.reshaped(to: [words.weight.shape[0], words.weight.shape[1]]).squaredRowLengths
    let total = lengths.reduce(0.0) { $0 + Double($1) }
    let sum = bias.elements.reduce(0.0) { $0 - 4 * Double($1) }
    sharpness = total > 0 && sum > 0 ? Float(total / sum) : 1
  }

  /// - Parameter images: `[batch, 3, height, width]` in 0…1.
  /// - Throws: `LayerError` when they are too small for one patch.
  public func read(_ images: Tensor, on workers: Workers) throws -> Reading {
    let pass = Pass(workers: workers, wanted: [])
    let descriptors = try descriptor.forward(images, on: workers)
    let scores = words.forward([descriptors], pass)
    let shares = ChannelSoftmax().forward([scores], pass)
    let (batch, count) = (scores.shape[0], scores.shape[1])
    let histograms = GlobalAveragePool().forward([shares], pass).reshaped(to: [batch, count])
    return Reading(histograms: histograms, distances: distances(descriptors, scores, workers))
  }

  // |x − c|² = |x|² − (β (2 x·c − |c|²)) / β
  private func distances(_ descriptors: Tensor, _ scores: Tensor, _ workers: Workers) -> Tensor {
    let (batch, count, width) = (scores.shape[0], scores.shape[1], descriptors.shape[1])
    let cells = scores.shape[2] * scores.shape[3]
    return Tensor(uninitialized: scores.shape) { result in
      descriptors.withUnsafeBuffer { descriptors in
        scores.withUnsafeBuffer { scores in
          guard let descriptors = descriptors.baseAddress, let scores = scores.baseAddress,
            let result = result.baseAddress
          else { return }
          let (x, s, to) = (descriptors, scores, result)
          workers.forEach(batch, scratch: cells) { image, lengths in
            lengths.update(repeating: 0, count: cells)
            for channel in 0..<width {
              let plane = x + (image * width + channel) * cells
              for cell in 0..<cells { lengths[cell] += plane[cell] * plane[cell] }
            }
            for word in 0..<count {
              let place = (image * count + word) * cells
              for cell in 0..<cells { to[place + cell] = max(0, lengths[cell] - s[place + cell] / sharpness) }
            }
          }
        }
      }
    }
  }
}
