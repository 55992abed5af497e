import Layers
import Models
import Tensors
import Testing

@testable import Adversary

/// A narrow random BagNet-9, and the same network without its locality.
private enum NarrowBagNet {
  static let local = Result { try make() }

  private static func make() throws -> LocalNetworkClassifier {
    var parameters: [String: Tensor] = [:]
    let full = try Architecture.named("bagnet9").randomNetwork(seed: 3).parameters
    for (index, (key, tensor)) in full.sorted(by: { $0.key < $1.key }).enumerated() {
      var sizes = tensor.shape.dimensions
      if key.hasPrefix("fc.") { sizes[0] = 3 }
      for place in sizes.indices.prefix(2) where sizes[place] > 3 { sizes[place] /= 16 }
      let shape = Shape(sizes)
      let isVariance = key.hasSuffix("running_var") || (sizes.count == 1 && key.hasSuffix("weight"))
      let fan = Float(shape.count / sizes[0])
      parameters[key] =
        isVariance
        ? Tensor(repeating: 1, shape: shape)
        : sizes.count == 1
          ? Tensor(zeros: shape)
          : randomTensor(shape, seed: UInt64(index), in: -1...1).map { $0 * (3 / fan).squareRoot() }
    }
    let network = try Architecture.named("bagnet9").network(parameters: parameters)
    return try LocalNetworkClassifier(
      card: ModelCard(name: "narrow", architecture: "bagnet9", classes: ["a", "b", "c"]), network: network)
  }
}

private struct FullPasses: Classifier {
  let network: LocalNetworkClassifier
  var card: ModelCard { network.card }
  func logits(of images: Tensor, on workers: Workers) throws -> Tensor {
    try network.logits(of: images, on: workers)
  }
  func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
    try network.differentiableLogits(of: images, on: workers)
  }
}

/// Stickers made through windows.
@Suite struct LocalStickerTests {
  private let pictures = RandomPictures(
    labels: (0..<7).map { $0 % 3 }, height: 43, width: 50, broken: [3])

  private func made(
    against classifiers: [any Classifier], memory: Int = 1 << 30, workers: Int = 2, steps: Int = 6
  ) throws -> Tensor {
    let attack = UniversalSticker(
      criterion: .targeted(1), side: 12, mask: .circle,
      sampler: PlacementSampler(scale: 0.8...1.3, rotation: -20...20, onWholePixels: false),
      steps: steps, batchSize: 5, passSize: 3, memory: memory, learningRate: .constant(0.02),
      stepRule: .sign(momentum: 0), seed: 4)
    return try attack.optimise(
      against: classifiers.map { AttackedClassifier($0) }, on: pictures, workers: Workers(count: workers)
    ).sticker.colours
  }

  /// Steps along signs turn a wrong gradient into a wrong sticker; rounding may flip one near 0.
  @Test func theStickerIsThatOfFullPasses() throws {
    let network = try NarrowBagNet.local.get()
    let windows = try made(against: [network])
    let full = try made(against: [FullPasses(network: network)])
    let different = zip(windows.elements, full.elements).count { abs($0 - $1) > 1e-4 }
    #expect(different <= windows.count / 100, "\(different) of \(windows.count) values differ")
    #expect(windows.elements.count { abs($0 - 0.5) > 0.01 } > windows.count / 2)
  }

  @Test func bytesDependNeitherOnMemoryNorOnThreads() throws {
    let network = try NarrowBagNet.local.get()
    let resnet = FullPasses(network: network)
    let first = try made(against: [network, resnet])
    #expect(try made(against: [network, resnet], memory: 0) == first)
    #expect(try made(against: [network, resnet], memory: 5000) == first)
    #expect(try made(against: [network, resnet], workers: 1) == first)
  }

  @Test func picturesThatFitAreAskedOnceAndOthersAnew() throws {
    let network = try NarrowBagNet.local.get()
    let workers = Workers(count: 1)
    let images = randomTensor([3, 3, 30, 30], seed: 8)
    let size = try network.cleanImages(of: images, on: workers)[0].byteCount
    #expect(size == 3 * 3 * 3 * 4)
    var memory = CleanMemory(budget: 2 * size)
    let first = try memory.cleanImages(of: images, keys: [7, 8, 9], for: network, on: workers)
    // Other pixels under known keys show what is remembered.
    let other = randomTensor([3, 3, 30, 30], seed: 9)
    let again = try memory.cleanImages(of: other, keys: [9, 8, 7], for: network, on: workers)
    func logits(_ clean: [CleanImage]) throws -> [[Float]] {
      try clean.map {
        let question = ChangedImages(unchanged: images.slice(0..<1), clean: [$0])
        return try network.logits(of: question, on: workers).elements
      }
    }
    let (known, found) = (try logits(first), try logits(again))
    #expect(found[1] == known[1] && found[2] == known[0] && found[0] != known[2])
  }
}
