import Testing

@testable import Layers
@testable import Tensors

@Suite("Concatenation")
struct ConcatenationTests {
  @Test(arguments: Golden.layers.concatenation)
  func matchesPyTorch(golden: Golden.Case<Golden.None>) throws {
    try expectPyTorchsNumbers(Concatenation(), golden)
  }

  @Test func agreesWithFiniteDifferences() {
    expectFiniteDifferencesAgree(
      inputs: [randomTensor([2, 1, 3, 2], seed: 1), randomTensor([2, 4, 3, 2], seed: 2)]
    ) { _ in Concatenation() }
  }

  @Test func refusesMapsOfDifferentSizes() {
    #expect(throws: LayerError.self) { try Concatenation().outputShape(for: [[1, 2, 3, 3], [1, 2, 3, 4]]) }
    #expect(throws: LayerError.self) { try Concatenation().outputShape(for: [[1, 2, 3, 3], [2, 2, 3, 3]]) }
  }
}
