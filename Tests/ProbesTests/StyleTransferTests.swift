import Datasets
import Layers
import Models
import Tensors
import Testing

@testable import Probes

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

  @Test(arguments: ["vgg11", "resnet50", "bagnet9"])
  func theLossHasTheGradientOfDifferences(_ architecture: String) throws {
    let network = try Self.network(architecture)
    let shape: Shape = [1, 3, 40, 36]
    let weights = StyleWeights(content: 1.5, style: 3, totalVariation: 2, range: 7)
    let loss = try StyleLoss(
      network: network, layers: StyleLayers(of: network), weights: weights, averagePooling: true,
      content: randomTensor(shape, seed: 1), style: randomTensor([1, 3, 33, 48], seed: 2),
      on: Workers(count: 2))
    // Beyond 0…1 too.
    let image = randomTensor(shape, seed: 4, in: -0.3...1.3)
    let found = try loss.value(of: image, on: Workers(count: 2))
    let parts = found.parts
    #expect(parts.content > 0 && parts.style > 0 && parts.totalVariation > 0 && parts.range > 0)
    let weighted =
      1.5 * parts.content + 3 * parts.style + 2 * parts.totalVariation + 7 * parts.range
    #expect(abs(found.value - weighted) <= 1e-12 * weighted)
    for seed in UInt64(10)..<14 {
      let direction = randomTensor(shape, seed: seed, in: -1...1)
      func moved(_ step: Float) throws -> Double {
        var other = image
        var way = direction
        way.scale(by: step)
        other.add(way, on: Workers(count: 1))
        return try loss.value(of: other, on: Workers(count: 2)).value
      }
      let step: Float = 2e-3
      let quotient = (try moved(step) - moved(-step)) / (2 * Double(step))
      let slope = zip(found.gradient.elements, direction.elements).reduce(0.0) {
        $0 + Double($1.0) * Double($1.1)
      }
      let length = found.gradient.elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(abs(quotient - slope) <= 1e-2 * length * 38, "\(quotient) and \(slope)")
      #expect(abs(quotient - slope) <= 0.02 * max(abs(slope), length))
    }
    let alone = try loss.value(of: image, on: Workers(count: 1))
    #expect(alone.value == found.value && alone.gradient == found.gradient)
  }

  @Test func aPictureIsItsOwnShapeAndTexture() throws {
    let network = try Self.network("vgg11")
    let picture = randomTensor([1, 3, 48, 48], seed: 6)
    let loss = try StyleLoss(
      network: network, layers: StyleLayers(of: network), weights: StyleWeights(), averagePooling: false,
      content: picture, style: picture, on: Workers(count: 1))
    let found = try loss.value(of: picture, on: Workers(count: 1))
    #expect(found.value == 0 && found.gradient.elements.allSatisfy { $0 == 0 })
  }

  @Test(arguments: StyleTransfer.Start.allCases)
  func takesTheTextureAndKeepsTheShape(_ start: StyleTransfer.Start) throws {
    let network = try Self.network("vgg11", width: 8)
    let layers = StyleLayers(of: network)
    let (content, style) = (
      randomTensor([1, 3, 48, 48], seed: 1), randomTensor([1, 3, 48, 48], seed: 2, in: 0.2...0.6)
    )
    func transfer(threads: Int, seed: UInt64) throws -> StyleTransfer.Result {
      var generator = SeededGenerator(seed: seed)
      return try StyleTransfer(
        network: network, layers: layers, weights: StyleWeights(), steps: 15, start: start,
        averagePooling: true
      ).transfer(content: content, style: style, using: &generator, on: Workers(count: threads))
    }
    let found = try transfer(threads: 2, seed: 5)
    let loss = try StyleLoss(
      network: network, layers: layers, weights: StyleWeights(), averagePooling: true, content: content,
      style: style, on: Workers(count: 1))
    var generator = SeededGenerator(seed: 5)
    let first = start == .content ? content : Tensor(uniform: 0...1, shape: content.shape, using: &generator)
    let before = try loss.value(of: first, on: Workers(count: 1)).parts
    #expect(found.parts.style < before.style / 5)
    if start == .noise { #expect(found.parts.content < before.content) }
    #expect(found.image.elements.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(found.evaluations >= 15)
    #expect(try transfer(threads: 1, seed: 5).image == found.image)
    if start == .noise { #expect(try transfer(threads: 1, seed: 6).image != found.image) }
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
