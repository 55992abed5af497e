import Layers
import Models
import Tensors

/// Visual words learnt from a sample of patches, and how a patch becomes a descriptor that is compared with
/// them: all of a bag of features but the decision.
public struct VisualVocabulary: Sendable {
  /// How a vocabulary is learnt.
  public struct Settings: Sendable, Hashable {
    /// A patch's side in pixels; patches lie half of it apart.
    public var patch = 8
    /// Patterns that describe a patch, at most one less than its values.
    public var components = 64
    /// Visual words.
    public var words = 1024
    /// Steps of k-means.
    public var iterations = 15
    /// The deviation of a patch's values that counts as weak, in the network's normalised pixels.
    public var contrast = 0.15
    /// What whitening adds to every variance, in units of the variance of a normalised patch's value.
    public var softness = 0.1

    public init() {}

    /// A patch's values: three colours of each pixel.
    public var values: Int { 3 * patch * patch }
  }

  /// The side of a patch in pixels.
  public let patch: Int
  private let components: PatchComponents
  /// The words as descriptors, `[words, components]`.
  public let words: Tensor
  /// The mean squared distance of the sample's descriptors to their words.
  public let meanSquaredDistance: Double

  /// Learns patterns, whitening and words; the seed decides them to the last bit on any number of threads.
  ///
  /// - Parameters:
  ///   - patches: `[n, 3 · patch · patch]` of normalised pixels, colour after colour; at least as many as words,
  ///     and two.
  ///   - progress: called with the steps of k-means done and in all; throwing ends the run.
  /// - Precondition: the settings are positive and no more components are asked for than a patch has.
  public init(
    patches: Tensor, settings: Settings, seed: UInt64, workers: Workers,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) rethrows {
    precondition(patches.shape.rank == 2 && patches.shape[1] == settings.values, "patches of another size")
    precondition(settings.components >= 1 && settings.components < settings.values, "too many components")
    patch = settings.patch
    components = PatchComponents(
      patches, components: settings.components, contrast: settings.contrast, softness: settings.softness,
      workers: workers)
    let clusters = try KMeans(
      components.descriptors(of: patches, on: workers), count: settings.words,
      iterations: settings.iterations, seed: seed, workers: workers
    ) { try progress($0, settings.iterations) }
    words = clusters.centres
    meanSquaredDistance = clusters.meanSquaredDistance
  }

  /// The parameters of a bag of features, by their keys.
  ///
  /// - Parameters:
  ///   - sharpness: β in the weights exp(−β |x − c|²) of a descriptor's words; above 0.
  ///   - decision: linear in the histogram of words.
  public func parameters(sharpness: Double, decision: SoftmaxRegression) -> [String: Tensor] {
    parameters(sharpness: sharpness, weight: decision.weight, bias: decision.bias)
  }

  /// From normalised pixels to histograms of words `[batch, words, 1, 1]`, with the softmax of that sharpness.
  public func histogramNetwork(sharpness: Double) throws -> Network {
    let count = words.shape[0]
    let whole = try Architecture.named("bag_of_features").network(
      parameters: parameters(
        sharpness: sharpness, weight: Tensor(zeros: [1, count]), bias: Tensor(zeros: [1])))
    var result = Network()
    for node in whole.nodes.dropLast(2) { result.append(node.name, node.layer, node.inputs) }
    return result
  }

  // softmax over words of −β |x − c|² = softmax of 2β x·c − β |c|², for |x|² is every word's
  private func parameters(sharpness: Double, weight: Tensor, bias: Tensor) -> [String: Tensor] {
    let (count, width) = (words.shape[0], words.shape[1])
    let lengths = words.squaredRowLengths
    return [
      "descriptor.weight": components.patterns.reshaped(to: [width, 3, patch, patch]),
      "whitening.weight": components.whitening.reshaped(to: [width, width, 1, 1]),
      "whitening.bias": components.shift,
      "words.weight": words.map { Float(2 * sharpness) * $0 }.reshaped(to: [count, width, 1, 1]),
      "words.bias": Tensor(lengths.map { -Float(sharpness) * $0 }, shape: [count]),
      "fc.weight": weight, "fc.bias": bias,
    ]
  }
}
