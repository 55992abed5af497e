import Foundation
import Testing

@testable import Layers
@testable import Tensors

/// What PyTorch's SGD did in three steps: `Golden/descent.json`.
private struct Descent: Decodable {
  struct Step: Decodable {
    let learningRate: Double
    let gradients, parameters, velocities: [String: Golden.Array]
  }

  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let momentum, weightDecay: Double
    let nesterov: Bool
    let start: [String: Golden.Array]
    let steps: [Step]
    var testDescription: String { name }
  }

  let cases: [Case]

  static func read() throws -> [Case] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/descent.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Descent.self, from: Data(contentsOf: file)).cases
  }
}

@Suite("Stochastic gradient descent")
struct StochasticGradientDescentTests {
  @Test(arguments: try Descent.read())
  private func threeStepsGivePyTorchsNumbers(_ golden: Descent.Case) {
    var parameters = golden.start.mapValues(\.tensor)
    var descent = StochasticGradientDescent(
      learningRate: 0, momentum: golden.momentum, weightDecay: golden.weightDecay,
      isNesterov: golden.nesterov)
    #expect(golden.steps.count == 3)
    for (number, step) in golden.steps.enumerated() {
      descent.learningRate = step.learningRate
      descent.step(&parameters, gradients: step.gradients.mapValues(\.tensor), on: Workers(count: 2))
      for (key, expected) in step.parameters {
        expectClose(parameters[key], expected.tensor, "\(key) after step \(number)", tolerance: 2e-7)
      }
      #expect(Set(descent.velocity.keys) == Set(step.velocities.keys))
      for (key, expected) in step.velocities {
        expectClose(descent.velocity[key], expected.tensor, "velocity of \(key)", tolerance: 2e-7)
      }
    }
  }

  @Test func parametersWithoutAGradientStay() {
    var parameters = ["moved": randomTensor([3], seed: 1), "kept": randomTensor([3], seed: 2)]
    let before = parameters
    var descent = StochasticGradientDescent(learningRate: 0.1, momentum: 0.5, weightDecay: 0.5)
    descent.step(&parameters, gradients: ["moved": randomTensor([3], seed: 3)], on: Workers(count: 1))
    #expect(parameters["kept"] == before["kept"])
    #expect(parameters["moved"] != before["moved"])
    #expect(Set(descent.velocity.keys) == ["moved"])
  }

  @Test func aCopyOfTheOptimiserKeepsItsOwnVelocity() {
    let gradient = ["a": Tensor([1, -2], shape: [2])]
    var parameters = ["a": Tensor([0, 0], shape: [2])]
    var first = StochasticGradientDescent(learningRate: 1, momentum: 0.5)
    first.step(&parameters, gradients: gradient, on: Workers(count: 1))
    let copy = first
    first.step(&parameters, gradients: gradient, on: Workers(count: 1))
    #expect(copy.velocity["a"]?.elements == [1, -2])
    #expect(first.velocity["a"]?.elements == [1.5, -3])
    #expect(parameters["a"]?.elements == [-2.5, 5])
  }

  @Test func manyElementsTakeTheSameStepOnAnyNumberOfThreads() {
    let shape: Shape = [3, 70_000]
    func stepped(_ threads: Int) -> Tensor? {
      var parameters = ["a": randomTensor(shape, seed: 4)]
      var descent = StochasticGradientDescent(
        learningRate: 0.1, momentum: 0.9, weightDecay: 0.01, isNesterov: true)
      for seed in 5..<8 as Range<UInt64> {
        descent.step(
          &parameters, gradients: ["a": randomTensor(shape, seed: seed)], on: Workers(count: threads))
      }
      return parameters["a"]
    }
    #expect(stepped(1) == stepped(3))
  }

  /// Learns to tell bright from dark upper halves by all layers at once, running statistics included.
  @Test func aSmallNetworksLossFalls() throws {
    var network = Network()
    var value = network.append(
      "conv", Convolution(weight: randomTensor([4, 1, 3, 3], seed: 1), geometry: Window(kernel: 3)), .input)
    value = network.append(
      "norm",
      BatchNorm(
        weight: Tensor(repeating: 1, shape: [4]), bias: Tensor(zeros: [4]), runningMean: Tensor(zeros: [4]),
        runningVariance: Tensor(repeating: 1, shape: [4])), value)
    value = network.append("relu", Clip.relu, value)
    value = network.append("flatten", Flatten(), value)
    network.append("fc", Linear(weight: randomTensor([2, 64], seed: 2), bias: Tensor(zeros: [2])), value)
    let classes = (0..<16).map { $0 % 2 }
    let images = Tensor(
      stacking: classes.enumerated().map { number, label in
        var image = randomTensor([1, 6, 6], seed: UInt64(20 + number))
        for x in 0..<6 { for y in 0..<3 { image[0, y, x] += label == 1 ? 0.6 : -0.6 } }
        return image
      })
    var descent = StochasticGradientDescent(learningRate: 0.02, momentum: 0.9, weightDecay: 1e-4)
    let start = network.parameters
    var losses: [Double] = []
    for step in 0..<30 {
      let pass = Pass(
        workers: Workers(count: 2), mode: .training(seed: UInt64(step)), wanted: [.parameters])
      let recording = try network.recordingForward(images, pass)
      let (values, gradient) = Loss.crossEntropy().evaluate(recording.output, classes: classes)
      losses.append(values.reduce(0, +) / 16)
      let gradients = recording.pullback(gradient.map { $0 / 16 }).parameters
      network.setParameters(recording.updates)
      descent.step(&network, gradients: gradients, on: pass.workers)
    }
    #expect(losses[0] > 0.3, "nothing to learn: \(losses[0])")
    #expect(losses[29] < 0.2 * losses[0], "\(losses)")
    for (key, tensor) in network.parameters { #expect(tensor != start[key], "\(key) never changed") }
  }
}
