import Testing

@testable import Layers
@testable import Tensors

@Suite("Batch norm")
struct BatchNormTests {
  @Test(arguments: Golden.layers.batchNorm)
  func matchesPyTorch(golden: Golden.Case<Golden.BatchNorm>) throws {
    let layer = try layer(golden.parameters.mapValues(\.tensor))
    let mode: Pass.Mode = golden.settings.training ? .training(seed: 0) : .evaluation
    try expectPyTorchsNumbers(layer, golden, mode: mode)
  }

  @Test func trainingGivesPyTorchsNewRunningStatistics() throws {
    let golden = try #require(Golden.layers.batchNorm.first { $0.settings.training })
    let layer = try layer(golden.parameters.mapValues(\.tensor))
    var pass = everything
    pass.mode = .training(seed: 0)
    let updates = layer.recordingForward(golden.inputs.map(\.tensor), pass).updates
    let expected = try #require(golden.runningAfter)
    #expect(Set(updates.keys) == ["running_mean", "running_var"])
    for (key, after) in expected { expectClose(updates[key], after.tensor, key) }
    #expect(expected["running_mean"]?.values != golden.parameters["running_mean"]?.values)
  }

  @Test func evaluationChangesNoStatistics() throws {
    let golden = try #require(Golden.layers.batchNorm.first { !$0.settings.training })
    let layer = try layer(golden.parameters.mapValues(\.tensor))
    #expect(layer.recordingForward(golden.inputs.map(\.tensor), everything).updates.isEmpty)
    #expect(golden.runningAfter?["running_mean"]?.values == golden.parameters["running_mean"]?.values)
  }

  @Test func agreesWithFiniteDifferencesInEvaluation() {
    expectFiniteDifferencesAgree(inputs: [randomTensor([2, 3, 3, 2], seed: 1)], parameters: parameters) {
      Self.layer($0)
    }
  }

  /// Curved, so a small step; the quotient's error is rounding (≈ 1e-7 / step) plus curvature (≈ step²).
  @Test func agreesWithFiniteDifferencesInTraining() {
    expectFiniteDifferencesAgree(
      inputs: [randomTensor([3, 3, 3, 2], seed: 1)], parameters: parameters, mode: .training(seed: 0),
      step: 0x1p-7, tolerance: 1e-3
    ) { Self.layer($0) }
  }

  @Test func statisticsSurviveALargeMean() {
    let spread = randomTensor([4, 1, 8, 8], seed: 5)
    let layer = BatchNorm(
      weight: Tensor(repeating: 1, shape: [1]), bias: Tensor(zeros: [1]), runningMean: Tensor(zeros: [1]),
      runningVariance: Tensor(repeating: 1, shape: [1]))
    var pass = everything
    pass.mode = .training(seed: 0)
    let plain = layer.forward([spread], pass)
    // 1024 leaves 13 bits for the spread: the output is known to about 2⁻¹³.
    let far = layer.forward([spread.map { $0 + 1024 }], pass)
    expectClose(far, plain, "output far from zero", tolerance: 5e-4)
  }

  @Test func affineSaysWhatEvaluationDoes() {
    let layer = Self.layer(parameters)
    let input = randomTensor([1, 3, 2, 2], seed: 6)
    let (scale, shift) = layer.evaluationAffine
    let expected = Tensor(
      input.elements.enumerated().map { $0.element * scale[$0.offset / 4] + shift[$0.offset / 4] },
      shape: input.shape)
    expectClose(layer.forward([input], everything), expected, "output")
  }

  @Test func refusesAnotherNumberOfChannels() {
    #expect(
      throws: LayerError.wrongInputShape(layer: "batch norm", expected: "3 channels", found: "[1, 4, 2, 2]")
    ) { try Self.layer(parameters).outputShape(for: [[1, 4, 2, 2]]) }
  }

  private let parameters = [
    "weight": randomTensor([3], seed: 2), "bias": randomTensor([3], seed: 3),
    "running_mean": randomTensor([3], seed: 4), "running_var": Tensor([0.5, 1, 2], shape: [3]),
  ]

  private func layer(_ parameters: [String: Tensor]) throws -> BatchNorm {
    #expect(Set(parameters.keys) == ["weight", "bias", "running_mean", "running_var"])
    return Self.layer(parameters)
  }

  private static func layer(_ parameters: [String: Tensor]) -> BatchNorm {
    func parameter(_ key: String) -> Tensor { parameters[key] ?? Tensor(zeros: [0]) }
    return BatchNorm(
      weight: parameter("weight"), bias: parameter("bias"), runningMean: parameter("running_mean"),
      runningVariance: parameter("running_var"))
  }
}
