import Testing

@testable import Layers
@testable import Tensors

@Suite("Normalisation")
struct NormalisationTests {
  @Test(arguments: Golden.layers.normalisation)
  func matchesPyTorch(golden: Golden.Case<Golden.Normalisation>) throws {
    try expectPyTorchsNumbers(
      Normalisation(mean: golden.settings.mean, deviation: golden.settings.deviation), golden)
  }

  @Test func agreesWithFiniteDifferences() {
    expectFiniteDifferencesAgree(inputs: [randomTensor([2, 3, 2, 3], seed: 1)]) { _ in
      Normalisation(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
    }
  }

  @Test func refusesAnotherNumberOfChannels() {
    let layer = Normalisation(mean: [0, 0, 0], deviation: [1, 1, 1])
    #expect(
      throws: LayerError.wrongInputShape(layer: "picture", expected: "3 channels", found: "[1, 1, 4, 4]")
    ) {
      try layer.outputShape(for: [[1, 1, 4, 4]])
    }
  }
}
