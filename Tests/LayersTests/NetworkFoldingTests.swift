import Testing

@testable import Layers
@testable import Tensors

@Suite("Network folding")
struct NetworkFoldingTests {
  @Test func batchNormAndReLUJoinTheirConvolution() throws {
    var network = Network()
    append(&network, "one", inputs: 3, outputs: 5, Window(kernel: 3, stride: 2, padding: 1), clip: .relu)
    let folded = try expectSameFunction(network)
    #expect(folded.nodes.map(\.name) == ["one"])
    let convolution = try #require(folded.nodes.first?.layer as? Convolution)
    #expect(convolution.clip == .relu && convolution.bias != nil)
  }

  @Test func aConvolutionsOwnBiasIsScaledToo() throws {
    var network = Network()
    append(&network, "one", inputs: 3, outputs: 5, .pixel, bias: true, clip: .relu6)
    #expect(try expectSameFunction(network).nodes.count == 1)
  }

  @Test func groupsAreFoldedPerOutput() throws {
    var network = Network()
    append(&network, "wide", inputs: 3, outputs: 6, .pixel)
    append(&network, "deep", inputs: 6, outputs: 6, Window(kernel: 3), groups: 6, clip: .relu6)
    #expect(try expectSameFunction(network).nodes.count == 2)
  }

  @Test func aCroppedShortcutAndItsReLUJoinTheLastConvolution() throws {
    var network = Network()
    let stem = append(&network, "stem", inputs: 3, outputs: 4, .pixel, clip: .relu)
    append(&network, "main", inputs: 4, outputs: 4, Window(kernel: 3), clip: .relu)
    let main = append(&network, "out", inputs: 4, outputs: 6, .pixel)
    let shortcut = append(&network, "downsample", inputs: 4, outputs: 6, .pixel, from: stem)
    let sum = network.append("add", Add(), main, shortcut)
    network.append("relu", Clip.relu, sum)
    let folded = try expectSameFunction(network)
    #expect(folded.nodes.map(\.name) == ["stem", "main", "downsample", "out"])
    #expect((folded.nodes.last?.layer as? Convolution)?.addsShortcut == true)
    #expect(folded.receptiveField == network.receptiveField)
    #expect(folded.receptiveField == ReceptiveField(size: 3, stride: 1, offset: 0))
  }

  @Test func anIdentityShortcutIsKept() throws {
    var network = Network()
    let stem = append(&network, "stem", inputs: 3, outputs: 4, .pixel, clip: .relu)
    let main = append(&network, "main", inputs: 4, outputs: 4, Window(kernel: 3, padding: 1))
    network.append("relu", Clip.relu, network.append("add", Add(), main, stem))
    // The folded sum is read again, by two layers.
    let sum = network.output
    let left = append(&network, "left", inputs: 4, outputs: 2, .pixel, from: sum)
    network.append("concat", Concatenation(), left, sum)
    #expect(try expectSameFunction(network).nodes.map(\.name) == ["stem", "main", "left", "concat"])
  }

  @Test func aConvolutionReadTwiceKeepsItsOwnOutput() throws {
    var network = Network()
    let raw = network.append(
      "raw", Convolution(weight: randomTensor([4, 3, 1, 1], seed: 1), geometry: .pixel), .input)
    let normed = network.append("norm", norm(4, seed: 2), raw)
    let clipped = network.append("relu", Clip.relu, raw)
    let sum = network.append("add", Add(), normed, clipped)
    network.append("sum", Add(), sum, raw)
    // The first sum is done by the batch norm; the convolution's own output is read again, and stays.
    #expect(try expectSameFunction(network).nodes.map(\.name) == ["raw", "relu", "norm", "sum"])
  }

  /// The pullback of a strided convolution meets the ReLU before it, on maps of one cell too.
  @Test(arguments: [[2, 3, 1, 1], [2, 3, 1, 5], [1, 3, 4, 1], [2, 3, 2, 3]] as [Shape])
  func aStrideOnFewCellsKeepsTheReLU(shape: Shape) throws {
    for kernel in [1, 3] {
      var network = Network()
      append(&network, "one", inputs: 3, outputs: 9, .pixel, clip: .relu)
      append(&network, "two", inputs: 9, outputs: 4, Window(kernel: kernel, stride: 2, padding: kernel / 2))
      try expectSameFunction(network, on: shape)
    }
  }

  @Test(arguments: [(3, 0), (3, 1), (1, 0)])
  func aPointwiseConvolutionIntoMoreChannelsJoinsTheNext(kernel: Int, padding: Int) throws {
    var network = Network()
    network.append(
      "spread", Convolution(weight: randomTensor([7, 3, 1, 1], seed: 1), geometry: .pixel), .input)
    append(
      &network, "next", inputs: 7, outputs: 4, Window(kernel: kernel, stride: 2, padding: padding),
      clip: .relu)
    let folded = try expectSameFunction(network)
    #expect(folded.nodes.map(\.name) == ["next"])
    #expect((folded.nodes.first?.layer as? Convolution)?.weight.shape == [4, 3, kernel, kernel])
  }

  @Test func aPointwiseConvolutionThatIsClippedShiftedOrReadAgainStays() throws {
    let weight = randomTensor([7, 3, 1, 1], seed: 1)
    for (clip, bias) in [(Clip.relu, nil), (nil, randomTensor([7], seed: 2))] {
      var network = Network()
      network.append("first", Convolution(weight: weight, bias: bias, geometry: .pixel, clip: clip), .input)
      append(&network, "next", inputs: 7, outputs: 4, Window(kernel: 3, padding: 1))
      #expect(try expectSameFunction(network).nodes.count == 2)
    }
    var network = Network()
    let first = network.append("first", Convolution(weight: weight, geometry: .pixel), .input)
    let next = append(&network, "next", inputs: 7, outputs: 7, .pixel)
    network.append("sum", Add(), next, first)
    #expect(try expectSameFunction(network).nodes.map(\.name) == ["first", "next"])
  }

  @Test func aPointwiseConvolutionIntoFewerChannelsStays() throws {
    var network = Network()
    network.append(
      "narrow", Convolution(weight: randomTensor([2, 3, 1, 1], seed: 1), geometry: .pixel), .input)
    append(&network, "next", inputs: 2, outputs: 4, Window(kernel: 3))
    #expect(try expectSameFunction(network).nodes.count == 2)
  }

  @Test func batchNormWithoutAConvolutionBeforeItStays() throws {
    var network = Network()
    network.append("norm", norm(3, seed: 1), .input)
    network.append("relu", Clip.relu, network.output)
    append(&network, "one", inputs: 3, outputs: 2, .pixel)
    network.append("second", norm(2, seed: 2), network.output)
    let folded = try expectSameFunction(network)
    #expect(folded.nodes.map(\.name) == ["norm", "one", "second"])
    #expect((folded.nodes.first?.layer as? BatchNorm)?.clip == .relu)
  }

  @Test func aConvolutionThatIsTheOutputStaysReadable() throws {
    var network = Network()
    let one = append(&network, "one", inputs: 3, outputs: 2, .pixel)
    network.append("relu", Clip.relu, one)
    network.output = one
    let folded = try expectSameFunction(network)
    #expect(folded.output == Network.Value(index: 1))
  }

  @Test func foldingTwiceChangesNothingMore() throws {
    var network = Network()
    append(&network, "one", inputs: 3, outputs: 5, Window(kernel: 3), clip: .relu)
    let once = network.folded()
    let input = randomTensor([1, 3, 6, 6], seed: 3)
    #expect(
      try once.folded().forward(input, on: Workers(count: 1)) == once.forward(input, on: Workers(count: 1)))
  }

  /// Training goes through the fused network: it must give the plain one's outputs, gradients of every parameter
  /// by the same key, and running statistics.
  @Test func fusingKeepsTrainingAsItIs() throws {
    var network = Network()
    let stem = append(&network, "stem", inputs: 3, outputs: 4, .pixel, clip: .relu)
    append(&network, "main", inputs: 4, outputs: 4, Window(kernel: 3), clip: .relu6)
    let main = append(&network, "out", inputs: 4, outputs: 6, .pixel)
    let shortcut = append(&network, "downsample", inputs: 4, outputs: 6, .pixel, from: stem)
    network.append("relu", Clip.relu, network.append("add", Add(), main, shortcut))
    let fused = network.fused()
    #expect(fused.nodes.count == network.nodes.count - 4)
    let input = randomTensor([3, 3, 9, 8], seed: 23)
    var pass = everything
    pass.mode = .training(seed: 1)
    let (plain, quick) = (
      try network.recordingForward(input, pass), try fused.recordingForward(input, pass)
    )
    expectClose(quick.output, plain.output, "output", tolerance: 1e-5)
    #expect(Set(quick.updates.keys) == Set(plain.updates.keys) && !plain.updates.isEmpty)
    let gradient = randomTensor(plain.output.shape, seed: 24)
    let (expected, found) = (plain.pullback(gradient), quick.pullback(gradient))
    expectClose(found.input, expected.input ?? input, "input gradient", tolerance: 1e-5)
    #expect(Set(found.parameters.keys) == Set(expected.parameters.keys))
    for (key, tensor) in expected.parameters {
      expectClose(found.parameters[key], tensor, key, tolerance: 1e-5)
    }
  }

  // MARK: Support

  /// Checks output and input gradient of the folded network against the network's, and gives the folded one.
  @discardableResult
  private func expectSameFunction(_ network: Network, on shape: Shape = [2, 3, 9, 8]) throws -> Network {
    let folded = network.folded()
    let input = randomTensor(shape, seed: 21)
    var pass = everything
    pass.wanted = .inputs
    let plain = try network.recordingForward(input, pass)
    let merged = try folded.recordingForward(input, pass)
    expectClose(merged.output, plain.output, "output", tolerance: 1e-5)
    expectClose(
      try folded.forward(input, on: Workers(count: 2)), plain.output, "output alone", tolerance: 1e-5)
    let gradient = randomTensor(plain.output.shape, seed: 22)
    let expected = try #require(plain.pullback(gradient).input)
    expectClose(merged.pullback(gradient).input, expected, "input gradient", tolerance: 1e-5)
    return folded
  }

  /// Convolution, batch norm and perhaps a clip.
  @discardableResult
  private func append(
    _ network: inout Network, _ name: String, inputs: Int, outputs: Int, _ window: Window, groups: Int = 1,
    bias: Bool = false, clip: Clip? = nil, from value: Network.Value? = nil
  ) -> Network.Value {
    let seed = UInt64(network.nodes.count * 10)
    let weight = randomTensor(
      [outputs, inputs / groups, window.vertical.kernel, window.horizontal.kernel], seed: seed)
    let convolution = Convolution(
      weight: weight, bias: bias ? randomTensor([outputs], seed: seed + 1) : nil, geometry: window,
      groups: groups)
    network.append(name, convolution, value ?? network.output)
    network.append("\(name).norm", norm(outputs, seed: seed + 2), network.output)
    if let clip { network.append("\(name).clip", clip, network.output) }
    return network.output
  }

  private func norm(_ channels: Int, seed: UInt64) -> BatchNorm {
    BatchNorm(
      weight: randomTensor([channels], seed: seed + 100).map { $0 + 1.5 },
      bias: randomTensor([channels], seed: seed + 101),
      runningMean: randomTensor([channels], seed: seed + 102),
      runningVariance: randomTensor([channels], seed: seed + 103).map { $0 + 1.5 })
  }
}
