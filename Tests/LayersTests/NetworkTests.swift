import Testing

@testable import Layers
@testable import Tensors

@Suite("Network")
struct NetworkTests {
  // MARK: Gradients

  @Test func diamondsAgreeWithFiniteDifferences() {
    let network = diamond()
    let parameters = network.parameters
    expectFiniteDifferencesAgree(inputs: [randomTensor([2, 3, 6, 6], seed: 1)], parameters: parameters) {
      Whole(network: network.replacing($0))
    }
  }

  @Test func aValueUsedTwiceByOneLayerGetsBothGradients() throws {
    var network = Network()
    network.append("double", Add(), .input, .input)
    let gradient = randomTensor([1, 1, 2, 2], seed: 1)
    let recording = try network.recordingForward(randomTensor([1, 1, 2, 2], seed: 2), everything)
    #expect(recording.pullback(gradient).input == gradient.map { 2 * $0 })
  }

  @Test func threeReadersOfTheInputAddTheirGradients() throws {
    var network = Network()
    let half = network.append("half", Normalisation(mean: [0], deviation: [2]), .input)
    let sum = network.append("sum", Add(), half, .input)
    network.append("concat", Concatenation(), sum, .input)
    let input = Tensor([4], shape: [1, 1, 1, 1])
    let recording = try network.recordingForward(input, everything)
    #expect(recording.output.elements == [6, 4])
    #expect(recording.pullback(Tensor([1, 10], shape: [1, 2, 1, 1])).input?.elements == [11.5])
  }

  @Test func twoWaysBackGiveTheSameAnswer() throws {
    let network = diamond()
    let recording = try network.recordingForward(randomTensor([2, 3, 6, 6], seed: 3), everything)
    let gradient = randomTensor(recording.output.shape, seed: 4)
    let before = gradient.elements
    let first = recording.pullback(gradient)
    let second = recording.pullback(gradient)
    #expect(first.input == second.input)
    #expect(first.parameters == second.parameters)
    #expect(gradient.elements == before)
    let other = recording.pullback(randomTensor(recording.output.shape, seed: 5))
    #expect(other.input != first.input)
    #expect(recording.pullback(gradient).input == first.input)
  }

  @Test func parameterGradientsBearTheCheckpointsKeys() throws {
    let network = diamond()
    let recording = try network.recordingForward(randomTensor([2, 3, 6, 6], seed: 3), everything)
    let gradients = recording.pullback(randomTensor(recording.output.shape, seed: 4)).parameters
    #expect(
      Set(gradients.keys) == [
        "stem.weight", "stem.bias", "norm.weight", "norm.bias", "left.weight", "right.weight", "last.weight",
      ])
    for (key, gradient) in gradients { #expect(gradient.shape == network.parameters[key]?.shape) }
    #expect(
      Set(network.parameters.keys) == Set(gradients.keys).union(["norm.running_mean", "norm.running_var"]))
  }

  @Test func computesOnlyTheGradientsAskedFor() throws {
    let network = diamond()
    let input = randomTensor([2, 3, 6, 6], seed: 3)
    var pass = everything
    let all = try network.recordingForward(input, pass)
    let gradient = randomTensor(all.output.shape, seed: 4)
    pass.wanted = .inputs
    let inputsOnly = try network.recordingForward(input, pass).pullback(gradient)
    #expect(inputsOnly.input == all.pullback(gradient).input)
    #expect(inputsOnly.parameters.isEmpty)
    pass.wanted = .parameters
    let parametersOnly = try network.recordingForward(input, pass).pullback(gradient)
    #expect(parametersOnly.input == nil)
    #expect(parametersOnly.parameters == all.pullback(gradient).parameters)
    pass.wanted = []
    let none = try network.recordingForward(input, pass).pullback(gradient)
    #expect(none.input == nil && none.parameters.isEmpty)
  }

  // MARK: Forward

  @Test func forwardAndRecordingForwardGiveTheSameBytes() throws {
    let network = diamond()
    let input = randomTensor([3, 3, 6, 6], seed: 5)
    #expect(
      try network.forward(input, on: Workers(count: 2))
        == network.recordingForward(input, everything).output)
  }

  @Test func anUnusedBranchChangesNothing() throws {
    let plain = diamond()
    var branched = plain
    let output = branched.output
    branched.append(
      "unused", Convolution(weight: randomTensor([2, 3, 1, 1], seed: 6), geometry: .pixel), .input)
    branched.append("unused.relu", Clip.relu, Network.Value(index: branched.nodes.count))
    branched.output = output
    let input = randomTensor([2, 3, 6, 6], seed: 7)
    #expect(
      try branched.forward(input, on: Workers(count: 1)) == plain.forward(input, on: Workers(count: 1)))
    let recording = try branched.recordingForward(input, everything)
    let expected = try plain.recordingForward(input, everything)
    let gradient = randomTensor(expected.output.shape, seed: 8)
    #expect(recording.pullback(gradient).input == expected.pullback(gradient).input)
    #expect(recording.pullback(gradient).parameters == expected.pullback(gradient).parameters)
  }

  @Test func anEmptyNetworkPassesItsInputOn() throws {
    let input = randomTensor([1, 2, 2, 2], seed: 9)
    #expect(try Network().forward(input, on: Workers(count: 1)) == input)
    let recording = try Network().recordingForward(input, everything)
    #expect(recording.output == input)
    #expect(recording.pullback(input).input == input)
  }

  /// A chain, with one layer aside of each step that nothing reads: at any time only the value about to be read
  /// is alive.
  @Test func forwardLetsGoOfTensorsAfterTheirLastUse() throws {
    let watch = Watched.Watch()
    var network = Network()
    var value = Network.Value.input
    for index in 0..<20 {
      network.append("aside\(index)", Watched(watch: watch), value)
      value = network.append("step\(index)", Watched(watch: watch), value)
    }
    let output = try network.forward(Tensor(repeating: 1, shape: [4]), on: Workers(count: 1))
    #expect(watch.seen == 40)
    #expect(watch.mostAlive == 1)
    #expect(watch.alive == 1)
    #expect(output.elements == [1, 1, 1, 1])
  }

  @Test func shapesAreCheckedBeforeAnythingRuns() throws {
    let network = diamond()
    let wrong = Tensor(zeros: [1, 4, 6, 6])
    #expect(throws: LayerError.self) { try network.forward(wrong, on: Workers(count: 1)) }
    #expect(throws: LayerError.self) { try network.recordingForward(wrong, everything) }
    #expect(throws: LayerError.self) {
      try network.forward(Tensor(zeros: [1, 3, 2, 6]), on: Workers(count: 1))
    }
    #expect(try network.outputShape(for: [5, 3, 6, 6]) == [5, 7, 4, 4])
  }

  @Test func aLayerPutBeforeFeedsEveryReaderOfTheInput() throws {
    let network = diamond()
    let layer = Normalisation(mean: [0.5, 0.25, 0.125], deviation: [2, 4, 8])
    let input = randomTensor([1, 3, 6, 6], seed: 10)
    let expected = try network.forward(layer.forward([input], everything), on: Workers(count: 1))
    #expect(
      try network.preceded(by: layer, named: "before").forward(input, on: Workers(count: 1)) == expected)
    #expect(network.preceded(by: layer, named: "before").parameters == network.parameters)
  }

  // MARK: Training

  @Test func trainingGivesNewRunningStatisticsByKey() throws {
    var pass = everything
    pass.mode = .training(seed: 1)
    let recording = try diamond().recordingForward(randomTensor([2, 3, 6, 6], seed: 3), pass)
    #expect(Set(recording.updates.keys) == ["norm.running_mean", "norm.running_var"])
    #expect(try diamond().recordingForward(randomTensor([2, 3, 6, 6], seed: 3), everything).updates.isEmpty)
  }

  /// Neither two layers of one step nor neighbouring layers of neighbouring steps may share a mask.
  @Test func dropoutLayersDrawTheirOwnMasks() throws {
    var network = Network()
    let left = network.append("left", Dropout(rate: 0.5), .input)
    let right = network.append("right", Dropout(rate: 0.5), .input)
    network.append("both", Concatenation(), left, right)
    let ones = Tensor(repeating: 1, shape: [1, 1, 20, 20])
    func masks(_ seed: UInt64) throws -> [[Float]] {
      var pass = everything
      pass.mode = .training(seed: seed)
      let output = try network.recordingForward(ones, pass).output.elements
      return [Array(output[..<400]), Array(output[400...])]
    }
    let all = try masks(1) + masks(2) + masks(3)
    #expect(Set(all).count == 6)
    #expect(try masks(1) == Array(all[..<2]))
  }

  // MARK: Receptive field

  @Test func receptiveFieldsFollowBranches() {
    var network = Network()
    let left = network.append("left", convolution(3, 3, seed: 1, Window(kernel: 3, stride: 2)), .input)
    let right = network.append("right", convolution(3, 3, seed: 2, Window(kernel: 1, stride: 2)), .input)
    network.append("add", Add(), left, right)
    #expect(network.receptiveField == ReceptiveField(size: 3, stride: 2, offset: 0))
    network.append("pool", MaxPool(geometry: Window(kernel: 3, stride: 2, padding: 1)), network.output)
    #expect(network.receptiveField == ReceptiveField(size: 7, stride: 4, offset: -2))
    network.append("mean", GlobalAveragePool(), network.output)
    #expect(network.receptiveField == nil)
  }

  // MARK: Networks

  /// A stem with batch norm whose output two branches read; one of them is wider and cropped where they meet.
  private func diamond() -> Network {
    var network = Network()
    var stem = network.append("stem", convolution(4, 3, seed: 1, .pixel, bias: true), .input)
    stem = network.append(
      "norm",
      BatchNorm(
        weight: randomTensor([4], seed: 11), bias: randomTensor([4], seed: 12),
        runningMean: randomTensor([4], seed: 13), runningVariance: Tensor([0.5, 1, 1.5, 2], shape: [4])), stem
    )
    let left = network.append("left", convolution(4, 4, seed: 2, Window(kernel: 3)), stem)
    let right = network.append("right", convolution(4, 4, seed: 3, .pixel), stem)
    let sum = network.append("add", Add(), left, right)
    let last = network.append("last", convolution(3, 4, seed: 4, .pixel), sum)
    network.append("concat", Concatenation(), last, sum)
    return network
  }

  private func convolution(
    _ outputs: Int, _ inputs: Int, seed: UInt64, _ window: Window, bias: Bool = false
  ) -> Convolution {
    Convolution(
      weight: randomTensor([outputs, inputs, window.vertical.kernel, window.horizontal.kernel], seed: seed),
      bias: bias ? randomTensor([outputs], seed: seed + 50) : nil, geometry: window)
  }
}

/// A network as one layer, for the finite-difference check.
private struct Whole: Layer {
  let network: Network
  var parameters: [String: Tensor] { network.parameters }
  var window: Window? { nil }
  var response: LayerResponse? { nil }
  var treatsCellsAlone: Bool { false }

  func outputShape(for inputs: [Shape]) throws -> Shape { try network.outputShape(for: inputs[0]) }

  func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor { recordingForward(inputs, pass).output }

  func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    do {
      let recording = try network.recordingForward(inputs[0], pass)
      return LayerRecording(output: recording.output) { gradient in
        let found = recording.pullback(gradient)
        return Gradients(inputs: [found.input], parameters: found.parameters)
      }
    } catch {
      preconditionFailure("the test's network does not fit its input: \(error)")
    }
  }
}

extension Network {
  /// The network with other parameters.
  fileprivate func replacing(_ parameters: [String: Tensor]) -> Network {
    var result = Network()
    for node in nodes {
      var layer = node.layer
      if var convolution = layer as? Convolution {
        convolution.weight = parameters["\(node.name).weight"] ?? convolution.weight
        convolution.bias = parameters["\(node.name).bias"] ?? convolution.bias
        layer = convolution
      } else if var norm = layer as? BatchNorm {
        norm.weight = parameters["\(node.name).weight"] ?? norm.weight
        norm.bias = parameters["\(node.name).bias"] ?? norm.bias
        layer = norm
      }
      result.append(node.name, layer, node.inputs)
    }
    result.output = output
    return result
  }
}

/// Copies its input and watches which of the copies are alive. For one thread alone.
private struct Watched: Layer {
  final class Watch: @unchecked Sendable {
    private struct Reference { weak var owner: AnyObject? }

    private var references: [Reference] = []
    private(set) var mostAlive = 0
    var seen: Int { references.count }
    var alive: Int { references.count { $0.owner != nil } }

    func add(_ tensor: Tensor) {
      mostAlive = max(mostAlive, alive)
      references.append(Reference(owner: tensor.owner))
    }
  }

  let watch: Watch
  var window: Window? { .pixel }
  var response: LayerResponse? { nil }
  var treatsCellsAlone: Bool { false }

  func outputShape(for inputs: [Shape]) throws -> Shape { inputs[0] }

  func forward(_ inputs: [Tensor], _ pass: Pass) -> Tensor {
    let copy = inputs[0].map { $0 }
    watch.add(copy)
    return copy
  }

  func recordingForward(_ inputs: [Tensor], _ pass: Pass) -> LayerRecording {
    LayerRecording(output: forward(inputs, pass)) { Gradients(inputs: [$0]) }
  }
}
