import Testing

@testable import Layers
@testable import Tensors

@Suite("Permutation")
struct PermutationTests {
  @Test(arguments: Golden.layers.permutation)
  func matchesPyTorch(golden: Golden.Case<Golden.Permutation>) throws {
    try expectPyTorchsNumbers(Permutation(order: golden.settings.order), golden)
  }

  @Test(arguments: [[1, 0, 2], [2, 0, 1], [0, 1, 2], [1, 2, 0]])
  func agreesWithFiniteDifferences(order: [Int]) {
    expectFiniteDifferencesAgree(inputs: [randomTensor([2, 2, 3, 4], seed: 1)]) { _ in
      Permutation(order: order)
    }
  }

  @Test func refusesAnotherRank() {
    #expect(throws: LayerError.self) { try Permutation(order: [1, 0]).outputShape(for: [[2, 3, 4, 5]]) }
  }
}
