import Testing

@testable import Layers
@testable import Tensors

@Suite("Feature network")
struct FeatureNetworkTests {
  /// Convolutions with ReLUs, a pool, a residual block, and a branch that leads nowhere else.
  private func network() -> Network {
    var network = Network()
    var value = network.append("one", convolution(6, 3, seed: 1), .input)
    let branch = value
    value = network.append("two", convolution(5, 6, seed: 2), value)
    value = network.append("pool", MaxPool(geometry: Window(kernel: 2, stride: 2)), value)
    let block = network.append("three", convolution(4, 5, seed: 3), value)
    var last = convolution(4, 4, seed: 4)
    last.addsShortcut = true
    value = network.append("four", last, block, block)
    network.append("side", convolution(3, 6, seed: 5), branch)
    value = network.append("five", convolution(2, 4, seed: 6), value)
    value = network.append("flatten", Flatten(), value)
    return network
  }

  private func convolution(_ outputs: Int, _ inputs: Int, seed: UInt64) -> Convolution {
    Convolution(
      weight: randomTensor([outputs, inputs, 3, 3], seed: seed),
      bias: randomTensor([outputs], seed: seed + 40),
      geometry: Window(kernel: 3, padding: 1), clip: .relu)
  }

  private static let selections = [
    ["four"], ["one", "four"], ["four", "two", "one"], ["side", "three", "one", "four", "pool"],
    ["side", "two"],
  ]

  @Test(arguments: selections)
  func featuresAndGradientsAreThoseOfOneLayerAfterTheOther(layers: [String]) throws {
    let whole = network()
    let input = randomTensor([1, 3, 12, 10], seed: 9)
    let features = try FeatureNetwork(whole, layers: layers)
    let recording = try features.recordingFeatures(of: input, on: Workers(count: 2))
    let directions = recording.features.indices.map {
      randomTensor(recording.features[$0].shape, seed: 60 + UInt64($0))
    }
    var expected = Tensor(zeros: input.shape)
    for (place, name) in layers.enumerated() {
      var alone = whole
      let index = try #require(whole.nodes.firstIndex { $0.name == name })
      alone.output = Network.Value(index: index + 1)
      let single = try alone.recordingForward(input, Pass(workers: Workers(count: 1), wanted: .inputs))
      #expect(recording.features[place] == single.output, "\(name)")
      expected.add(try #require(single.pullback(directions[place]).input), on: Workers(count: 1))
    }
    expectClose(recording.imageGradient(directions), expected, "gradient", tolerance: 4e-6)
    #expect(try features.features(of: input, on: Workers(count: 1)) == recording.features)
    #expect(try features.shapes(for: input.shape) == recording.features.map(\.shape))
    let alone = try features.recordingFeatures(of: input, on: Workers(count: 1))
    #expect(alone.imageGradient(directions) == recording.imageGradient(directions))
  }

  @Test func whatComesAfterTheLastLayerIsLeftOut() throws {
    var whole = network()
    whole.append(
      "fixed", Linear(weight: randomTensor([2, 60], seed: 1), bias: Tensor(zeros: [2])), whole.output)
    let features = try FeatureNetwork(whole, layers: ["one", "three"])
    // The linear layer takes 12 × 10 pixels and no other size.
    #expect(try features.shapes(for: [1, 3, 40, 21]) == [[1, 6, 40, 21], [1, 4, 20, 10]])
  }

  @Test func meansArePooledWhereAskedFor() throws {
    let input = randomTensor([1, 3, 8, 8], seed: 3)
    let plain = try FeatureNetwork(network(), layers: ["two", "pool"])
    let averaging = try FeatureNetwork(network(), layers: ["two", "pool"], averagePooling: true)
    let found = try averaging.features(of: input, on: Workers(count: 1))
    let before = try plain.features(of: input, on: Workers(count: 1))
    #expect(found[0] == before[0] && found[1] != before[1])
    let mean =
      (before[0][0, 2, 4, 6] + before[0][0, 2, 4, 7] + before[0][0, 2, 5, 6] + before[0][0, 2, 5, 7]) / 4
    #expect(abs(found[1][0, 2, 2, 3] - mean) < 1e-6)
  }

  @Test func refusesLayersThatDoNotDo() throws {
    #expect(
      throws: LayerError.noSuchLayer(name: "six", known: ["one", "two", "three", "four", "side", "five"])
    ) {
      try FeatureNetwork(network(), layers: ["one", "six"])
    }
    let flat = try FeatureNetwork(network(), layers: ["flatten"])
    #expect(throws: LayerError.notAFeatureMap(layer: "flatten", found: "\([1, 32] as Shape)")) {
      try flat.shapes(for: [1, 3, 8, 8])
    }
  }
}
