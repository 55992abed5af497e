import Testing

@testable import Layers
@testable import Tensors

@Suite("Reshape")
struct ReshapeTests {
  @Test(arguments: Golden.layers.reshape)
  func matchesPyTorch(golden: Golden.Case<Golden.Reshape>) throws {
    try expectPyTorchsNumbers(Reshape(dimensions: golden.settings.dimensions), golden)
  }

  @Test func agreesWithFiniteDifferences() {
    expectFiniteDifferencesAgree(inputs: [randomTensor([2, 4, 3], seed: 1)]) { _ in
      Reshape(dimensions: [6, 2])
    }
  }

  @Test func refusesAnotherNumberOfElements() {
    #expect(throws: LayerError.self) { try Reshape(dimensions: [6, 2]).outputShape(for: [[2, 4, 4]]) }
  }
}
