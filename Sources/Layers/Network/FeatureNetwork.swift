import Tensors

/// A network as far as some of its layers, for what they put out and gradients from there.
///
/// The layers are those of a folded network: each convolution with the norm, the shortcut and the ReLU that follow
/// it, under the convolution's name. What comes after the last of them is left out, so any picture will do that is
/// large enough.
public struct FeatureNetwork: Sendable {
  /// The layers' names, in the order asked for.
  public let layers: [String]
  private let network: Network
  private let values: [Network.Value]

  /// - Parameters:
  ///   - network: folded, from pixels on.
  ///   - layers: names of nodes of `network`, each once.
  ///   - averagePooling: whether means are pooled where the network takes the greatest value; gradients then reach
  ///     every pixel (Gatys, Ecker & Bethge 2016).
  /// - Throws: `LayerError.noSuchLayer`.
  public init(_ network: Network, layers: [String], averagePooling: Bool = false) throws {
    precondition(!layers.isEmpty && Set(layers).count == layers.count, "each layer is named once")
    let places = try layers.map { name in
      guard let place = network.nodes.firstIndex(where: { $0.name == name }) else {
        let known = network.nodes.filter { $0.layer is Convolution }.map(\.name)
        throw LayerError.noSuchLayer(name: name, known: known)
      }
      return place
    }
    var cut = Network()
    for node in network.nodes[...(places.max() ?? 0)] {
      var layer = node.layer
      if averagePooling, let pool = layer as? MaxPool {
        layer = AveragePool(geometry: pool.geometry, roundingUp: pool.roundingUp, countsPadding: false)
      }
      cut.append(node.name, layer, node.inputs)
    }
    self.layers = layers
    self.network = cut
    values = places.map { Network.Value(index: $0 + 1) }
  }

  /// The shapes `[batch, channels, rows, columns]` of the layers' outputs for pictures of a shape.
  ///
  /// - Throws: `LayerError`, also for a layer that gives no map.
  public func shapes(for input: Shape) throws -> [Shape] {
    let shapes = try network.outputShapes(for: input)
    return try zip(layers, values).map { name, value in
      let shape = shapes[value.index]
      guard shape.rank == 4 else { throw LayerError.notAFeatureMap(layer: name, found: "\(shape)") }
      return shape
    }
  }

  /// What the layers put out for pictures `[batch, 3, height, width]`.
  ///
  /// - Throws: `LayerError`.
  public func features(of images: Tensor, on workers: Workers) throws -> [Tensor] {
    _ = try shapes(for: images.shape)
    return network.forward(images, outputs: values, on: workers)
  }

  /// Features with their pullback.
  public struct Recording: Sendable {
    /// One for each layer.
    public let features: [Tensor]
    /// From a loss' gradients with respect to all features, in their shapes, to that with respect to the pictures.
    public let imageGradient: @Sendable ([Tensor]) -> Tensor
  }

  /// What the layers put out, and the pullback to the pictures.
  ///
  /// - Throws: `LayerError`.
  public func recordingFeatures(of images: Tensor, on workers: Workers) throws -> Recording {
    _ = try shapes(for: images.shape)
    let (features, _, pullback) = network.record(
      images, Pass(workers: workers, wanted: .inputs), outputs: values)
    let values = values
    return Recording(features: features) { gradients in
      precondition(gradients.count == values.count, "\(gradients.count) gradients for \(values.count) layers")
      let starts = zip(values, gradients).map { (output: $0, gradient: $1) }
      guard let image = pullback.walk(starts, wantsInput: true).input else {
        preconditionFailure("the input's gradient was asked for")
      }
      return image
    }
  }
}
