import Testing

@testable import Layers
@testable import Tensors

@Suite("Network contributions")
struct NetworkContributionsTests {
  private let workers = Workers(count: 2)

  // MARK: The rescale rule

  @Test func rescaledContributionsAddUpToTheChange() throws {
    for network in [residual(), residual().foldingBatchNorms()] {
      for seed in [1, 5] as [UInt64] {
        let (input, reference) = (
          randomTensor([1, 3, 15, 14], seed: seed), randomTensor([1, 3, 15, 14], seed: seed + 1)
        )
        let found = try network.contributions(
          to: input, by: .rescale(reference: reference), on: workers)
        let other = try #require(found.referenceOutput)
        #expect(found.output == (try network.forward(input, on: workers)))
        #expect(other == (try network.forward(reference, on: workers)))
        for output in 0..<4 {
          var weights = Tensor(zeros: [1, 4])
          weights[0, output] = 1
          let multipliers = found.multipliers(weights)
          let sum = zip(multipliers.elements, zip(input.elements, reference.elements)).reduce(0.0) {
            $0 + Double($1.0) * (Double($1.1.0) - Double($1.1.1))
          }
          let change = Double(found.output[0, output]) - Double(other[0, output])
          #expect(abs(sum - change) < 1e-4 * max(1, abs(change)), "output \(output): \(sum), not \(change)")
        }
      }
    }
  }

  @Test func aReLUPassesOnTheQuotientOfChanges() throws {
    var network = Network()
    network.append("relu", Clip.relu, .input)
    let input = Tensor([2, -1, 3, -4, 0.5], shape: [1, 1, 1, 5])
    let reference = Tensor([-2, -3, 1, 4, 0.5], shape: [1, 1, 1, 5])
    let found = try network.contributions(to: input, by: .rescale(reference: reference), on: workers)
    // 2/4, 0/2, 2/2, −4/−8, and the gradient where nothing changes.
    #expect(found.multipliers(Tensor(repeating: 1, shape: [1, 1, 1, 5])).elements == [0.5, 0, 1, 0.5, 1])
  }

  @Test func aMaximumSharesItsChangeBetweenBothWinners() throws {
    var network = Network()
    network.append(
      "pool", MaxPool(geometry: Window(vertical: .init(kernel: 1), horizontal: .init(kernel: 2))), .input)
    let input = Tensor([1, 5, 2], shape: [1, 1, 1, 3])
    let reference = Tensor([3, 1, 6], shape: [1, 1, 1, 3])
    let found = try network.contributions(to: input, by: .rescale(reference: reference), on: workers)
    #expect(found.output.elements == [5, 5] && found.referenceOutput?.elements == [3, 6])
    // First window: 5 against 3, the input's winner gains 2. Second: 5 against 6, the reference's winner loses 1.
    #expect(found.multipliers(Tensor([1, 1], shape: [1, 1, 1, 2])).elements == [0, 0.5, 0.25])
    // Both windows won by one value: their gains add up.
    let twice = try network.contributions(
      to: input, by: .rescale(reference: Tensor([3, 1, 4], shape: [1, 1, 1, 3])), on: workers)
    #expect(twice.multipliers(Tensor([1, 1], shape: [1, 1, 1, 2])).elements == [0, 0.75, 0])
  }

  @Test func againstOneColourAMaximumPassesOnItsGradient() throws {
    var network = Network()
    network.append("pool", MaxPool(geometry: Window(kernel: 3, stride: 2, padding: 1)), .input)
    let input = randomTensor([2, 3, 7, 8], seed: 1)
    let weights = randomTensor([2, 3, 4, 4], seed: 2)
    // Some windows win and some lose against this.
    let reference = Tensor(repeating: 0.8, shape: input.shape)
    let found = try network.contributions(to: input, by: .rescale(reference: reference), on: workers)
    #expect(Set(found.output.elements.map { $0 > 0.8 }).count == 2)
    let gradient = try network.recordingForward(input, Pass(workers: workers)).pullback(weights).input
    expectClose(found.multipliers(weights), try #require(gradient), "multipliers", tolerance: 1e-5)
  }

  // MARK: The ε-rule

  @Test func relevanceIsWhatTheFormulaSharesOut() throws {
    let (first, second) = (randomTensor([5, 4], seed: 1), randomTensor([3, 5], seed: 2))
    let (firstBias, secondBias) = (randomTensor([5], seed: 3), randomTensor([3], seed: 4))
    var network = Network()
    network.append("one", Linear(weight: first, bias: firstBias), .input)
    network.append("relu", Clip.relu, network.output)
    network.append("two", Linear(weight: second, bias: secondBias), network.output)
    let input = randomTensor([1, 4], seed: 5)
    let epsilon = 0.2
    let found = try network.contributions(to: input, by: .epsilon(Float(epsilon)), on: workers)
    for output in 0..<3 {
      var weights = Tensor(zeros: [1, 3])
      weights[0, output] = 1
      let relevance = zip(found.multipliers(weights).elements, input.elements).map { Double($0) * Double($1) }
      // R_i = Σ_j w_ij a_i / (z_j + ε sign z_j) · R_j, written out.
      let x = input.elements.map(Double.init)
      let z = (0..<5).map { j in
        (0..<4).reduce(Double(firstBias[j])) { $0 + Double(first[j, $1]) * x[$1] }
      }
      let a = z.map { max($0, 0) }
      let logit = (0..<5).reduce(Double(secondBias[output])) { $0 + Double(second[output, $1]) * a[$1] }
      func stabilised(_ sum: Double) -> Double { sum + (sum < 0 ? -epsilon : epsilon) }
      let hidden = (0..<5).map { Double(second[output, $0]) * a[$0] / stabilised(logit) * logit }
      let expected = (0..<4).map { i in
        (0..<5).reduce(0.0) { $0 + Double(first[$1, i]) * x[i] / stabilised(z[$1]) * hidden[$1] }
      }
      for (value, wanted) in zip(relevance, expected) { #expect(abs(value - wanted) < 1e-5) }
    }
  }

  @Test func withoutEpsilonRelevanceIsGradientTimesInput() throws {
    // Ancona et al. 2018, proposition 1: true of networks whose only functions are ReLUs and maxima.
    let network = residual(isGated: false).foldingBatchNorms()
    let input = randomTensor([1, 3, 15, 14], seed: 7)
    let weights = Tensor([0, 0, 1, 0], shape: [1, 4])
    let multipliers = try network.contributions(to: input, by: .epsilon(0), on: workers).multipliers(weights)
    let gradient = try network.recordingForward(input, Pass(workers: workers)).pullback(weights).input
    expectClose(multipliers, try #require(gradient), "multipliers", tolerance: 1e-5)
    let damped = try network.contributions(to: input, by: .epsilon(0.5), on: workers).multipliers(weights)
    #expect(zip(damped.elements, multipliers.elements).contains { abs($0 - $1) > 1e-3 })
  }

  // MARK: Both

  @Test func threadsDoNotChangeAByte() throws {
    let network = residual().foldingBatchNorms()
    let (input, reference) = (randomTensor([2, 3, 15, 14], seed: 1), randomTensor([2, 3, 15, 14], seed: 2))
    let weights = randomTensor([2, 4], seed: 3)
    for rule in [BackwardRule.rescale(reference: reference), .epsilon(0.01)] {
      let results = try (1...2).map { threads in
        try network.contributions(to: input, by: rule, on: Workers(count: threads)).multipliers(weights)
      }
      #expect(results[0] == results[1])
    }
  }

  @Test func refusesWhatNoRuleCovers() throws {
    var product = Network()
    product.append("gate", Multiply(), .input, .input)
    let input = randomTensor([1, 3, 15, 14], seed: 1)
    let error = LayerError.noBackwardRule(rule: "the ε-rule", layer: "Multiply", node: "gate")
    #expect(throws: error) { try product.contributions(to: input, by: .epsilon(0.1), on: workers) }
    // A clip inside a convolution hides the value that it clips.
    #expect(throws: LayerError.self) {
      try residual().folded().contributions(to: input, by: .rescale(reference: input), on: workers)
    }
    #expect(throws: LayerError.self) {
      let other = randomTensor([1, 3, 15, 13], seed: 1)
      _ = try residual().contributions(to: input, by: .rescale(reference: other), on: workers)
    }
  }

  // MARK: The last map

  @Test func aNetworkIsCutWhereItsLastMapIsRead() throws {
    let network = residual()
    let input = randomTensor([1, 3, 15, 14], seed: 8)
    let (head, tail) = try #require(network.splitAtLastMap())
    let map = try head.forward(input, on: workers)
    #expect(map.shape.rank == 4 && map.shape[2] > 1)
    #expect(tail.nodes.map(\.name) == ["mean", "flatten", "fc"])
    #expect(try tail.forward(map, on: workers) == network.forward(input, on: workers))
    var flat = Network()
    flat.append("relu", Clip.relu, .input)
    #expect(flat.splitAtLastMap() == nil)
  }

  /// A small network with all that the zoo's have: batch norms, a cropped shortcut, overlapping maxima, a
  /// concatenation, means, dropout, and a logistic function unless not `isGated`.
  private func residual(isGated: Bool = true) -> Network {
    var network = Network()
    func convolution(_ name: String, _ inputs: Int, _ outputs: Int, _ window: Window, _ from: Network.Value)
      -> Network.Value
    {
      let seed = UInt64(name.utf8.reduce(0) { $0 * 31 + Int($1) })
      let value = network.append(
        name,
        Convolution(
          weight: randomTensor(
            [outputs, inputs, window.vertical.kernel, window.horizontal.kernel], seed: seed), geometry: window
        ), from)
      return network.append(
        "\(name).norm",
        BatchNorm(
          weight: randomTensor([outputs], seed: seed + 1), bias: randomTensor([outputs], seed: seed + 2),
          runningMean: randomTensor([outputs], seed: seed + 3),
          runningVariance: randomTensor([outputs], seed: seed + 4).map { 0.5 + abs($0) }), value)
    }
    var value = convolution("stem", 3, 6, Window(kernel: 3, stride: 1, padding: 1), .input)
    value = network.append("stem.relu", Clip.relu, value)
    let stem = network.append("pool", MaxPool(geometry: Window(kernel: 3, stride: 2, padding: 1)), value)
    value = convolution("main", 6, 6, Window(kernel: 3), stem)
    value = network.append("add", Add(), value, stem)
    value = network.append("relu", Clip.relu, value)
    let side = network.append(
      "side", isGated ? Sigmoid() : Clip.relu, convolution("left", 6, 2, .pixel, value))
    value = network.append("concat", Concatenation(), value, side)
    value = network.append("dropout", Dropout(rate: 0.5), value)
    value = network.append("average", AveragePool(geometry: Window(kernel: 2, stride: 1)), value)
    value = network.append("leaky", LeakyReLU(slope: 0.1), convolution("last", 8, 5, .pixel, value))
    value = network.append("mean", GlobalAveragePool(), value)
    value = network.append("flatten", Flatten(), value)
    network.append(
      "fc", Linear(weight: randomTensor([4, 5], seed: 90), bias: randomTensor([4], seed: 91)), value)
    return network
  }
}
