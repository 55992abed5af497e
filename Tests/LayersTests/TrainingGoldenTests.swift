import Foundation
import Testing

@testable import Layers
@testable import Tensors

/// What PyTorch's schedulers and optimisers did: `Golden/training.json`.
private struct TrainingGolden: Decodable {
  struct Curve: Decodable, CustomTestStringConvertible {
    let name: String
    let steps: Int
    let peak, rise, start: Double
    let end, least: Double?
    let anneal: String?
    let cycled: [Double]?
    let rates, momenta: [Double]
    var testDescription: String { name }
  }

  struct Step: Decodable {
    let images: Golden.Array
    let labels: [Int]
    let loss: Double
  }

  struct Training: Decodable {
    let start, end, average: [String: Golden.Array]
    let steps: [Step]
  }

  let oneCycle, warmCosine: [Curve]
  let training: Training

  static func read() throws -> TrainingGolden {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/training.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(TrainingGolden.self, from: Data(contentsOf: file))
  }
}

@Suite("Training by PyTorch's numbers")
struct TrainingGoldenTests {
  @Test(arguments: try TrainingGolden.read().oneCycle)
  private func oneCycleIsPyTorchs(_ golden: TrainingGolden.Curve) throws {
    let anneal = try #require(golden.anneal.flatMap(LearningRateSchedule.Anneal.init(rawValue:)))
    let schedule = LearningRateSchedule.oneCycle(
      OneCycle(
        peak: golden.peak, rise: golden.rise, startDivisor: golden.start,
        endDivisor: try #require(golden.end), anneal: anneal, momenta: golden.cycled.map { $0[0]...$0[1] }))
    #expect(golden.rates.count == golden.steps)
    for step in 0..<golden.steps {
      let rate = schedule.rate(at: step, of: golden.steps)
      #expect(abs(rate - golden.rates[step]) <= 1e-12 * golden.peak, "step \(step)")
      let momentum = schedule.momentum(at: step, of: golden.steps)
      #expect((momentum == nil) == (golden.cycled == nil))
      if let momentum { #expect(abs(momentum - golden.momenta[step]) <= 1e-12, "step \(step)") }
    }
  }

  @Test(arguments: try TrainingGolden.read().warmCosine)
  private func cosineAfterARiseIsPyTorchs(_ golden: TrainingGolden.Curve) throws {
    let schedule = LearningRateSchedule.warmCosine(
      WarmCosine(
        peak: golden.peak, rise: golden.rise, start: golden.start, least: try #require(golden.least)))
    for step in 0..<golden.steps {
      let rate = schedule.rate(at: step, of: golden.steps)
      #expect(abs(rate - golden.rates[step]) <= 1e-12 * golden.peak, "step \(step)")
      #expect(schedule.momentum(at: step, of: golden.steps) == nil)
    }
  }

  @Test func schedulesOfOneStepAreFinite() {
    for schedule in [LearningRateSchedule.oneCycle(OneCycle(peak: 1)), .warmCosine(WarmCosine(peak: 1))] {
      for steps in 1...4 {
        for step in 0..<steps { #expect((0...1).contains(schedule.rate(at: step, of: steps))) }
      }
    }
  }

  /// Everything at once, for errors that cancel nowhere else: eight steps of descent, batch norm and averages.
  @Test func aTinyNetworkEndsWherePyTorchsDoes() throws {
    let golden = try TrainingGolden.read().training
    let start = golden.start.mapValues(\.tensor)
    func parameter(_ key: String) throws -> Tensor { try #require(start[key]) }
    var network = Network()
    var value = network.append(
      "conv",
      Convolution(
        weight: try parameter("conv.weight"), bias: try parameter("conv.bias"), geometry: Window(kernel: 3)),
      .input)
    value = network.append(
      "norm",
      BatchNorm(
        weight: try parameter("norm.weight"), bias: try parameter("norm.bias"),
        runningMean: try parameter("norm.running_mean"), runningVariance: try parameter("norm.running_var")),
      value)
    value = network.append("relu", Clip.relu, value)
    value = network.append("flatten", Flatten(), value)
    network.append(
      "fc", Linear(weight: try parameter("fc.weight"), bias: try parameter("fc.bias")), value)
    let schedule = LearningRateSchedule.oneCycle(
      OneCycle(peak: 0.1, rise: 0.4, startDivisor: 10, endDivisor: 100, momenta: 0.8...0.9))
    var descent = StochasticGradientDescent(
      learningRate: 0, momentum: 0.9, weightDecay: 0.05, decaysVectors: false, isNesterov: true)
    var average = ExponentialMovingAverage(decay: 0.7)
    network = network.fused()
    for (number, step) in golden.steps.enumerated() {
      descent.learningRate = schedule.rate(at: number, of: golden.steps.count)
      descent.momentum = try #require(schedule.momentum(at: number, of: golden.steps.count))
      let pass = Pass(workers: Workers(count: 2), mode: .training(seed: 0), wanted: .parameters)
      let recording = try network.recordingForward(step.images.tensor, pass)
      let (values, slopes) = Loss.crossEntropy(labelSmoothing: 0.1)
        .evaluate(recording.output, classes: step.labels)
      let count = step.labels.count
      #expect(abs(values.reduce(0, +) / Double(count) - step.loss) < 2e-5, "loss of step \(number)")
      let gradients = recording.pullback(slopes.map { $0 / Float(count) }).parameters
      network.setParameters(recording.updates)
      descent.step(&network, gradients: gradients, on: pass.workers)
      average.update(network.parameters, on: pass.workers)
    }
    #expect(Set(network.parameters.keys) == Set(golden.end.keys))
    for (key, expected) in golden.end {
      expectClose(network.parameters[key], expected.tensor, key, tolerance: 2e-5)
      // What a norm's mean takes away has no gradient, and biases are not decayed.
      if key != "conv.bias" { #expect(network.parameters[key] != start[key], "\(key) never changed") }
    }
    for (key, expected) in golden.average {
      expectClose(average.values[key], expected.tensor, "average of \(key)", tolerance: 2e-5)
    }
  }

  // MARK: Averages

  @Test func aWarmAverageForgetsItsStart() {
    let values = (0..<30).map { ["a": Tensor([$0 == 0 ? 1000 : 1], shape: [1])] }
    var (warm, cold) = (
      ExponentialMovingAverage(decay: 0.99, isWarm: true), ExponentialMovingAverage(decay: 0.99)
    )
    for value in values {
      warm.update(value, on: Workers(count: 1))
      cold.update(value, on: Workers(count: 1))
    }
    // Kept of the first value: 2/11 · 3/12 · … · 30/39, against 0.99²⁹.
    var kept: Float = 1
    for update in 1..<30 { kept *= Float(1 + update) / Float(10 + update) }
    let (warmed, plain) = (warm.values["a"]?.elements.first ?? 0, cold.values["a"]?.elements.first ?? 0)
    #expect(abs(warmed - (1 + 999 * kept)) < 1e-3)
    #expect(abs(plain - (1 + 999 * 0.7472)) < 0.1)
  }

  @Test func anAverageGoesOnFromItsValues() {
    let workers = Workers(count: 2)
    let steps = (0..<6).map { ["a": randomTensor([5, 40_000], seed: UInt64($0))] }
    var whole = ExponentialMovingAverage(decay: 0.9, isWarm: true)
    for step in steps { whole.update(step, on: workers) }
    var first = ExponentialMovingAverage(decay: 0.9, isWarm: true)
    for step in steps[..<3] { first.update(step, on: workers) }
    var second = ExponentialMovingAverage(
      decay: 0.9, isWarm: true, values: first.values, updates: first.updates)
    for step in steps[3...] { second.update(step, on: Workers(count: 1)) }
    #expect(second.values == whole.values && second.updates == 6)
    #expect(first.values["a"] != second.values["a"])
  }

  @Test func droppingOutChangesTheRateOfEveryDropoutLayer() {
    var network = Network()
    var value = network.append("a", Dropout(rate: 0.5), .input)
    value = network.append("b", Clip.relu, value)
    network.append("c", Dropout(rate: 0.2), value)
    let rates = network.droppingOut(rate: 0.1).nodes.compactMap { ($0.layer as? Dropout)?.rate }
    #expect(rates == [0.1, 0.1] && network.hasDropout)
    #expect(!Network().hasDropout)
  }
}
