import Layers
import Models
import Tensors
import TestSupport
import Testing

@testable import Stylising

@Suite("Style transfer")
struct StyleTransferTests {
  private static func network(_ architecture: String, width: Int = 4) throws -> Network {
    try Architecture.named(architecture).randomNetwork(seed: 3, width: width, classes: 4, hidden: 8)
      .folded().normalising(by: Preprocessing(mean: [0.4, 0.5, 0.6], std: [0.2, 0.25, 0.3]))
  }

  @Test func aVGGsLayersAreThoseOfThePaper() throws {
    let layers = StyleLayers(of: try Self.network("vgg19"))
    // relu1_1, relu2_1, relu3_1, relu4_1, relu5_1; relu4_2.
    #expect(layers.style == ["features.0", "features.5", "features.10", "features.19", "features.28"])
    #expect(layers.content == ["features.21"])
    let normed = StyleLayers(of: try Self.network("vgg16_bn"))
    #expect(normed.style == ["features.0", "features.7", "features.14", "features.24", "features.34"])
    #expect(normed.content == ["features.27"])
  }

  @Test(arguments: [
    "vgg16", "alexnet", "resnet50", "densenet121", "bagnet17", "squeezenet1_1", "mobilenet_v2",
  ])
  func everyNetworkHasLayers(_ architecture: String) throws {
    let network = try Self.network(architecture, width: 8)
    let layers = StyleLayers(of: network)
    #expect(layers.style.count == 5 && layers.content.count == 1)
    let features = try FeatureNetwork(network, layers: layers.all)
    let sides = try features.shapes(for: [1, 3, 96, 96]).map { $0[2] }
    #expect(sides.prefix(5).first == sides.max() && Set(sides).count > 1)
  }

  /// All parts together, and each alone.
  private static let weightings = [
    StyleWeights(content: 1.5, style: 3, totalVariation: 2, range: 7),
    StyleWeights(content: 1, style: 0, totalVariation: 0, range: 0),
    StyleWeights(content: 0, style: 1, totalVariation: 0, range: 0),
    StyleWeights(content: 0, style: 0, totalVariation: 1, range: 0),
    StyleWeights(content: 0, style: 0, totalVariation: 0, range: 1),
  ]

  @Test(arguments: ["vgg11", "resnet50", "bagnet9"], weightings)
  func theLossHasTheGradientOfDifferences(_ architecture: String, _ weights: StyleWeights) throws {
    let network = try Self.network(architecture)
    let shape: Shape = [1, 3, 40, 36]
    let loss = try StyleLoss(
      network: network, layers: StyleLayers(of: network), weights: weights, averagePooling: true,
      content: randomTensor(shape, seed: 1), style: randomTensor([1, 3, 33, 48], seed: 2),
      on: Workers(count: 2))
    // Beyond 0…1 too.
    let image = randomTensor(shape, seed: 4, in: -0.3...1.3)
    let found = try loss.value(of: image, on: Workers(count: 2))
    let parts = found.parts
    #expect(parts.content > 0 && parts.style > 0 && parts.range > 0)
    #expect((parts.totalVariation > 0) == (weights.totalVariation > 0))
    let weighted =
      weights.content * parts.content + weights.style * parts.style
      + weights.totalVariation * parts.totalVariation + weights.range * parts.range
    #expect(abs(found.value - weighted) <= 1e-12 * weighted)
    for seed in UInt64(10)..<14 {
      // A random part of the gradient, one long in all: the slope stands out from rounding, and few ReLUs flip.
      let share = randomTensor(shape, seed: seed).elements
      let part = zip(found.gradient.elements, share).map { $0 * $1 }
      let length = part.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let slope = zip(found.gradient.elements, part).reduce(0.0) {
        $0 + Double($1.0) * Double($1.1) / Double(length)
      }
      func moved(_ step: Float) throws -> Double {
        let other = zip(image.elements, part).map { $0 + step * $1 / length }
        return try loss.value(of: Tensor(other, shape: shape), on: Workers(count: 2)).value
      }
      let step: Float = 0.005
      let quotient = (try moved(step) - moved(-step)) / (2 * Double(step))
      #expect(abs(quotient - slope) <= 0.01 * slope, "\(quotient) and \(slope)")
    }
    let alone = try loss.value(of: image, on: Workers(count: 1))
    #expect(alone.value == found.value && alone.gradient == found.gradient)
  }

  @Test func aPictureIsItsOwnShapeAndTexture() throws {
    let network = try Self.network("vgg11")
    let picture = randomTensor([1, 3, 48, 48], seed: 6)
    let loss = try StyleLoss(
      network: network, layers: StyleLayers(of: network), weights: StyleWeights(totalVariation: 0),
      averagePooling: false, content: picture, style: picture, on: Workers(count: 1))
    let found = try loss.value(of: picture, on: Workers(count: 1))
    #expect(found.value == 0 && found.gradient.elements.allSatisfy { $0 == 0 })
  }

  @Test(arguments: StyleTransfer.Start.allCases)
  func takesTheTextureAndKeepsTheShape(_ start: StyleTransfer.Start) throws {
    let network = try Self.network("vgg11", width: 8)
    let layers = StyleLayers(of: network)
    // Blocks of one colour, so that noise is far from the shape.
    let blocks = randomTensor([3, 6, 6], seed: 1)
    let content = Tensor(
      (0..<3 * 48 * 48).map { blocks[$0 / 2304, $0 % 2304 / 48 / 8, $0 % 48 / 8] }, shape: [1, 3, 48, 48])
    let style = randomTensor([1, 3, 48, 48], seed: 2, in: 0.2...0.6)
    let weights = StyleWeights(content: 5, style: 5, totalVariation: 0)
    func transfer(threads: Int, seed: UInt64) throws -> StyleTransfer.Result {
      var generator = SeededGenerator(seed: seed)
      return try StyleTransfer(
        network: network, layers: layers, weights: weights, steps: 15, start: start,
        averagePooling: true
      ).transfer(content: content, style: style, using: &generator, on: Workers(count: threads))
    }
    let found = try transfer(threads: 2, seed: 5)
    let loss = try StyleLoss(
      network: network, layers: layers, weights: weights, averagePooling: true, content: content,
      style: style, on: Workers(count: 1))
    var generator = SeededGenerator(seed: 5)
    let first = start == .content ? content : Tensor(uniform: 0...1, shape: content.shape, using: &generator)
    let before = try loss.value(of: first, on: Workers(count: 1)).parts
    #expect(found.parts.style < before.style / 5)
    #expect(found.image.elements.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(found.evaluations >= 15)
    #expect(try transfer(threads: 1, seed: 5).image == found.image)
    if start == .noise { #expect(try transfer(threads: 1, seed: 6).image != found.image) }
  }

  @Test func contentAloneBringsTheShapeBackOutOfNoise() throws {
    let network = try Self.network("vgg11", width: 8)
    let layers = StyleLayers(style: ["features.0"], content: ["features.3"])
    let weights = StyleWeights(content: 1, style: 0, totalVariation: 0, range: 1)
    let content = randomTensor([1, 3, 32, 32], seed: 1)
    let transfer = try StyleTransfer(
      network: network, layers: layers, weights: weights, steps: 40, start: .noise, averagePooling: true)
    var (generator, same) = (SeededGenerator(seed: 3), SeededGenerator(seed: 3))
    let loss = try StyleLoss(
      network: network, layers: layers, weights: weights, averagePooling: true, content: content,
      style: content,
      on: Workers(count: 1))
    let noise = Tensor(uniform: 0...1, shape: content.shape, using: &same)
    let before = try loss.value(of: noise, on: Workers(count: 1)).parts.content
    let found = try transfer.transfer(
      content: content, style: content, using: &generator, on: Workers(count: 2))
    #expect(found.parts.content < before / 20, "\(before) became \(found.parts.content)")
  }

  @Test func anInterruptionEndsATransfer() throws {
    struct Stop: Error {}
    let network = try Self.network("vgg11")
    let transfer = try StyleTransfer(
      network: network, layers: StyleLayers(of: network), weights: StyleWeights(), steps: 50, start: .content,
      averagePooling: true)
    var generator = SeededGenerator(seed: 0)
    var told: [Int] = []
    #expect(throws: Stop.self) {
      try transfer.transfer(
        content: randomTensor([1, 3, 32, 32], seed: 1), style: randomTensor([1, 3, 32, 32], seed: 2),
        using: &generator, on: Workers(count: 1)
      ) {
        told.append($0)
        if $0 == 4 { throw Stop() }
      }
    }
    #expect(told == [0, 1, 2, 3, 4])
  }

  @Test func aLayerThatTheNetworkHasNotIsRefused() throws {
    let network = try Self.network("vgg11")
    #expect(throws: LayerError.self) {
      try StyleTransfer(
        network: network, layers: StyleLayers(style: ["features.0"], content: ["relu4_2"]),
        weights: StyleWeights(), steps: 5, start: .content, averagePooling: true)
    }
  }
}
