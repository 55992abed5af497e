import Testing

@testable import Layers
@testable import Tensors

@Suite("Linear")
struct LinearTests {
  @Test(arguments: Golden.layers.linear)
  func matchesPyTorch(golden: Golden.Case<Golden.None>) throws {
    try expectPyTorchsNumbers(layer(golden.parameters.mapValues(\.tensor)), golden)
  }

  @Test func agreesWithFiniteDifferences() {
    let parameters = ["weight": randomTensor([5, 7], seed: 1), "bias": randomTensor([5], seed: 2)]
    expectFiniteDifferencesAgree(inputs: [randomTensor([3, 7], seed: 3)], parameters: parameters) {
      layer($0)
    }
  }

  /// More outputs and inputs than one block holds, against direct sums.
  @Test func equalsDirectSumsAcrossBlocks() {
    let (batch, inputs, outputs) = (3, 150, 300)
    let (weight, bias) = (randomTensor([outputs, inputs], seed: 1), randomTensor([outputs], seed: 2))
    let input = randomTensor([batch, inputs], seed: 3)
    let gradient = randomTensor([batch, outputs], seed: 4)
    var (output, inputGradient) = (Tensor(zeros: [batch, outputs]), Tensor(zeros: [batch, inputs]))
    var weightGradient = Tensor(zeros: [outputs, inputs])
    for image in 0..<batch {
      for o in 0..<outputs {
        output[image, o] += bias[o]
        for i in 0..<inputs {
          output[image, o] += weight[o, i] * input[image, i]
          inputGradient[image, i] += gradient[image, o] * weight[o, i]
          weightGradient[o, i] += gradient[image, o] * input[image, i]
        }
      }
    }
    var pass = everything
    pass.workers = Workers(count: 2)
    let recorded = Linear(weight: weight, bias: bias).recordingForward([input], pass)
    let gradients = recorded.pullback(gradient)
    expectClose(recorded.output, output, "output", tolerance: 1e-5)
    expectClose(gradients.inputs[0], inputGradient, "input gradient", tolerance: 1e-5)
    expectClose(gradients.parameters["weight"], weightGradient, "weight gradient", tolerance: 1e-5)
  }

  /// Pictures share one reading of the weights, which must not show.
  @Test(arguments: [1, 2, 5, 16, 19])
  func aPicturesBitsDoNotDependOnItsBatch(batch: Int) {
    let linear = layer(["weight": randomTensor([45, 2059], seed: 1), "bias": randomTensor([45], seed: 2)])
    let input = randomTensor([batch, 2059], seed: 3)
    let whole = linear.forward([input], everything)
    for image in 0..<batch {
      #expect(linear.forward([input.slice(image..<image + 1)], everything) == whole.slice(image..<image + 1))
    }
  }

  @Test func computesOnlyTheGradientsAskedFor() {
    let linear = layer(["weight": randomTensor([5, 7], seed: 1), "bias": randomTensor([5], seed: 2)])
    let (input, gradient) = (randomTensor([2, 7], seed: 3), randomTensor([2, 5], seed: 4))
    var pass = everything
    pass.wanted = .inputs
    #expect(linear.recordingForward([input], pass).pullback(gradient).parameters.isEmpty)
    pass.wanted = .parameters
    #expect(linear.recordingForward([input], pass).pullback(gradient).inputs == [nil])
  }

  @Test func refusesAnotherNumberOfInputs() {
    let linear = layer(["weight": Tensor(zeros: [5, 7])])
    #expect(throws: LayerError.wrongInputShape(layer: "linear", expected: "[batch, 7]", found: "[[2, 6]]")) {
      try linear.outputShape(for: [[2, 6]])
    }
  }

  private func layer(_ parameters: [String: Tensor]) -> Linear {
    Linear(weight: parameters["weight"] ?? Tensor(zeros: [0, 0]), bias: parameters["bias"])
  }
}
