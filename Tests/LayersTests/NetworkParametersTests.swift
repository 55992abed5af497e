import Testing

@testable import Layers
@testable import Tensors

@Suite("Network parameters")
struct NetworkParametersTests {
  /// One of every layer that has parameters.
  private static let layers: [any Layer] = [
    Convolution(weight: Tensor(zeros: [2, 3, 1, 1]), bias: Tensor(zeros: [2]), geometry: .pixel),
    Convolution(weight: Tensor(zeros: [2, 3, 1, 1]), geometry: .pixel),
    Linear(weight: Tensor(zeros: [2, 3]), bias: Tensor(zeros: [2])),
    Linear(weight: Tensor(zeros: [2, 3])),
    BatchNorm(
      weight: Tensor(zeros: [2]), bias: Tensor(zeros: [2]), runningMean: Tensor(zeros: [2]),
      runningVariance: Tensor(zeros: [2])),
  ]

  @Test(arguments: layers.indices)
  func everyParameterOfEveryLayerIsReplaced(_ index: Int) {
    var network = Network()
    network.append("first", Self.layers[index], .input)
    network.append("second", Self.layers[index], .input)
    var seed: UInt64 = 0
    let new = network.parameters.mapValues { old in
      seed += 1
      return randomTensor(old.shape, seed: seed)
    }
    network.setParameters(new)
    #expect(network.parameters == new)
  }

  @Test func whatIsNotNamedStaysAndCopiesAreTheirOwn() {
    var network = Network()
    network.append("norm", Self.layers[4], .input)
    let copy = network
    let mean = randomTensor([2], seed: 9)
    network.setParameters(["norm.running_mean": mean])
    #expect(network.parameters["norm.running_mean"] == mean)
    for key in ["norm.weight", "norm.bias", "norm.running_var"] {
      #expect(network.parameters[key] == copy.parameters[key])
    }
    #expect(copy.parameters["norm.running_mean"] == Tensor(zeros: [2]))
  }

  @Test func theNetworkComputesWithItsNewParameters() throws {
    var network = Network()
    network.append("fc", Linear(weight: Tensor([1, 2], shape: [1, 2])), .input)
    let input = Tensor([3, 5], shape: [1, 2])
    #expect(try network.forward(input, on: Workers(count: 1)).elements == [13])
    network.setParameters(["fc.weight": Tensor([2, -1], shape: [1, 2])])
    #expect(try network.forward(input, on: Workers(count: 1)).elements == [1])
  }
}
