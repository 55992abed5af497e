import Distortions
import Files
import Layers
import Models
import Tensors

/// Makes a picture with the shapes of one and the textures of another, by the gradients of a network's features on the
/// pixels (Gatys, Ecker & Bethge 2016, Image Style Transfer Using Convolutional Neural Networks; 1508.06576).
public struct StyleTransfer: CueMerging {
  /// What the optimisation starts from.
  public enum Start: String, Sendable, CaseIterable, Codable {
    case content
    case noise
  }

  public let layers: StyleLayers
  public let weights: StyleWeights
  /// Steps of limited-memory BFGS; nearly all need one gradient.
  public let steps: Int
  public let start: Start
  /// Whether means are pooled where the network takes the greatest value.
  public let averagePooling: Bool
  public let name = "gatys"
  private let network: Network
  /// The network's name and the digest of its weights.
  private let identity: [String: String]

  /// - Parameters:
  ///   - model: any network; its fully connected layers are not used, so pictures may have any size that its
  ///     windows fit.
  ///   - layers: those of `StyleLayers(of:)` when nil.
  /// - Throws: `LayerError` for layers that the network has not, or that give no maps; `FileError` for a
  ///   network that was not read from a file.
  public init(
    model: LoadedModel, layers: StyleLayers? = nil, weights: StyleWeights = StyleWeights(), steps: Int,
    start: Start = .content, averagePooling: Bool = true
  ) throws {
    let folded = model.network.folded()
    try self.init(
      network: folded.normalising(by: model.card.preprocessing), layers: layers ?? StyleLayers(of: folded),
      weights: weights, steps: steps, start: start, averagePooling: averagePooling,
      identity: [
        "model": model.card.name,
        "weights": try model.weightsSHA256(),
      ])
  }

  /// - Parameter network: folded, from pixels on.
  init(
    network: Network, layers: StyleLayers, weights: StyleWeights, steps: Int, start: Start,
    averagePooling: Bool,
    identity: [String: String] = [:]
  ) throws {
    self.layers = layers
    self.weights = weights
    self.steps = steps
    self.start = start
    self.averagePooling = averagePooling
    self.network = network
    self.identity = identity
    _ = try FeatureNetwork(network, layers: layers.all).shapes(for: [1, 3, 224, 224])
  }

  public var settings: [String: String] {
    identity.merging([
      "steps": "\(steps)", "start": start.rawValue, "pooling": averagePooling ? "mean" : "as trained",
      "style_layers": layers.style.joined(separator: " "),
      "content_layers": layers.content.joined(separator: " "),
      "content_weight": "\(weights.content)", "style_weight": "\(weights.style)",
      "variation_weight": "\(weights.totalVariation)", "range_weight": "\(weights.range)",
    ]) { own, _ in own }
  }

  public func merge(
    shape: CuePicture, texture: CuePicture, using generator: inout SeededGenerator, on workers: Workers,
    progress: (Double) throws -> Void
  ) throws -> Tensor {
    let size: Shape = [1, 3, shape.side, shape.side]
    let result = try transfer(
      content: shape.pixels.reshaped(to: size), style: texture.pixels.reshaped(to: size), using: &generator,
      on: workers
    ) { try progress(Double($0) / Double(max(steps, 1))) }
    return result.image.reshaped(to: shape.pixels.shape)
  }

  /// What a transfer ends with.
  public struct Result: Sendable {
    /// `[1, 3, height, width]` in 0…1.
    public let image: Tensor
    /// Of the last picture, before it was clamped.
    public let parts: StyleLoss.Parts
    /// Gradients taken.
    public let evaluations: Int
  }

  /// - Parameters:
  ///   - content: the picture whose shapes are kept, `[1, 3, height, width]` in 0…1.
  ///   - style: the picture whose textures are taken, of any size.
  ///   - generator: of the noise that is started from, where it is.
  ///   - progress: called before each gradient with the number taken; throwing ends the transfer.
  /// - Throws: `LayerError` when a picture is too small; what `progress` throws.
  public func transfer(
    content: Tensor, style: Tensor, using generator: inout some RandomNumberGenerator, on workers: Workers,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> Result {
    let loss = try StyleLoss(
      network: network, layers: layers, weights: weights, averagePooling: averagePooling, content: content,
      style: style, on: workers)
    let first =
      start == .content ? content : Tensor(uniform: 0...1, shape: content.shape, using: &generator)
    var evaluations = 0
    let found = try LimitedMemoryBFGS(iterations: steps, tolerance: 0).minimum(
      from: first.withUnsafeBuffer { $0.map(Double.init) }
    ) { point in
      try progress(evaluations)
      evaluations += 1
      let found = try loss.value(of: StyleTransfer.image(point, content.shape), on: workers)
      return (found.value, found.gradient.withUnsafeBuffer { $0.map(Double.init) })
    }
    let last = StyleTransfer.image(found.point, content.shape)
    let parts = try loss.value(of: last, on: workers).parts
    return Result(image: last.map { min(max($0, 0), 1) }, parts: parts, evaluations: evaluations)
  }

  private static func image(_ point: [Double], _ shape: Shape) -> Tensor {
    Tensor(uninitialized: shape) { target in
      for index in target.indices { target[index] = Float(point[index]) }
    }
  }
}
