import Layers
import Tensors

/// How far a picture is from the shapes of one picture in the textures of another (Gatys, Ecker & Bethge 2016, Image
/// Style Transfer Using Convolutional Neural Networks; 1508.06576).
public struct StyleLoss: Sendable {
  /// The parts of a loss, unweighted.
  public struct Parts: Sendable, Hashable {
    /// ‖F − P‖² / ‖P‖², the mean over the layers of content.
    public var content = 0.0
    /// ‖G − A‖² / ‖A‖², the mean over the layers of style.
    public var style = 0.0
    /// The mean square step between neighbours; 0 where it counts for nothing.
    public var totalVariation = 0.0
    /// The mean square of what lies outside 0…1.
    public var range = 0.0
  }

  private let network: FeatureNetwork
  private let weights: StyleWeights
  /// For each of the network's layers: the texture's Gram matrix, where it counts for style.
  private let grams: [(matrix: GramMatrix, scale: Double)?]
  /// For each of the network's layers: the shape's features, where it counts for content.
  private let contents: [(features: Tensor, scale: Double)?]
  private let counts: (style: Double, content: Double)

  /// - Parameters:
  ///   - network: folded, from pixels on.
  ///   - averagePooling: whether means are pooled in place of greatest values.
  ///   - content: the picture whose shapes are kept, `[1, 3, height, width]` in 0…1.
  ///   - style: the picture whose textures are taken, of any size.
  /// - Throws: `LayerError` for unknown layers and pictures that are too small.
  public init(
    network: Network, layers: StyleLayers, weights: StyleWeights, averagePooling: Bool, content: Tensor,
    style: Tensor, on workers: Workers
  ) throws {
    let names = layers.all
    self.network = try FeatureNetwork(network, layers: names, averagePooling: averagePooling)
    self.weights = weights
    let textures = try self.network.features(of: style, on: workers)
    grams = zip(names, textures).map { name, features in
      guard layers.style.contains(name) else { return nil }
      let gram = GramMatrix(features, on: workers)
      return (gram, StyleLoss.scale(gram.squaredNorm))
    }
    let shapes = try self.network.features(of: content, on: workers)
    contents = zip(names, shapes).map { name, features in
      guard layers.content.contains(name) else { return nil }
      let squares = features.withUnsafeBuffer { $0.reduce(0) { $0 + Double($1) * Double($1) } }
      return (features, StyleLoss.scale(squares))
    }
    counts = (Double(max(layers.style.count, 1)), Double(max(layers.content.count, 1)))
  }

  /// A layer that answers nothing is compared in its own units.
  private static func scale(_ squares: Double) -> Double { squares > 0 ? squares : 1 }

  /// The weighted loss of a picture `[1, 3, height, width]`, its parts, and its gradient with respect to the pixels.
  ///
  /// - Throws: `LayerError` when the picture has another size than the shape's.
  public func value(
    of image: Tensor, on workers: Workers
  ) throws -> (value: Double, parts: Parts, gradient: Tensor) {
    let recording = try network.recordingFeatures(of: image, on: workers)
    var parts = Parts()
    var gradients: [Tensor] = []
    for (place, features) in recording.features.enumerated() {
      var gradient: Tensor?
      if let gram = grams[place] {
        var found = GramMatrix.distance(of: features, to: gram.matrix, scale: gram.scale, on: workers)
        parts.style += found.value / counts.style
        found.gradient.scale(by: Float(weights.style / counts.style))
        gradient = found.gradient
      }
      if let content = contents[place] {
        let found = StyleLoss.distance(
          features, content.features, scale: content.scale, weight: weights.content / counts.content,
          on: workers)
        parts.content += found.value / counts.content
        if var both = gradient {
          both.add(found.gradient, on: workers)
          gradient = both
        } else {
          gradient = found.gradient
        }
      }
      gradients.append(gradient ?? Tensor(zeros: features.shape))
    }
    var total = recording.imageGradient(gradients)
    addPixelTerms(of: image, to: &total, &parts)
    let value =
      weights.content * parts.content + weights.style * parts.style
      + weights.totalVariation * parts.totalVariation + weights.range * parts.range
    return (value, parts, total)
  }

  /// ‖a − b‖² / scale, and `weight` times its gradient with respect to a.
  private static func distance(
    _ a: Tensor, _ b: Tensor, scale: Double, weight: Double, on workers: Workers
  ) -> (value: Double, gradient: Tensor) {
    precondition(a.shape == b.shape, "features \(a.shape) and \(b.shape)")
    let factor = Float(2 * weight / scale)
    var value = 0.0
    let gradient = Tensor(uninitialized: a.shape) { result in
      a.withUnsafeBuffer { a in
        b.withUnsafeBuffer { b in
          for index in result.indices {
            let step = a[index] - b[index]
            value += Double(step) * Double(step)
            result[index] = factor * step
          }
        }
      }
    }
    return (value / scale, gradient)
  }

  /// Adds the parts that need no network, and their gradients.
  private func addPixelTerms(of image: Tensor, to gradient: inout Tensor, _ parts: inout Parts) {
    let (rows, columns) = (image.shape[2], image.shape[3])
    let count = Double(image.count)
    let (step, excess) = (Float(2 * weights.totalVariation / count), Float(2 * weights.range / count))
    var (steps, outside) = (0.0, 0.0)
    gradient.withUnsafeMutableBuffer { gradient in
      image.withUnsafeBuffer { pixels in
        for index in pixels.indices {
          let value = pixels[index]
          let over = value - min(max(value, 0), 1)
          if over != 0 {
            outside += Double(over) * Double(over)
            gradient[index] += excess * over
          }
          guard step > 0 else { continue }
          let x = index % columns
          for next in [x + 1 < columns ? 1 : 0, index / columns % rows + 1 < rows ? columns : 0]
          where next > 0 {
            let difference = pixels[index + next] - value
            steps += Double(difference) * Double(difference)
            gradient[index + next] += step * difference
            gradient[index] -= step * difference
          }
        }
      }
    }
    parts.totalVariation = steps / count
    parts.range = outside / count
  }
}
