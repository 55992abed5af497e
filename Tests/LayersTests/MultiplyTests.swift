import Testing

@testable import Layers
@testable import Tensors

@Suite("Multiply")
struct MultiplyTests {
  @Test(arguments: Golden.layers.multiply)
  func matchesPyTorch(golden: Golden.Case<Golden.None>) throws {
    try expectPyTorchsNumbers(Multiply(), golden)
  }

  @Test(arguments: [[2, 3, 3, 2], [2, 3, 1, 1]] as [Shape])
  func agreesWithFiniteDifferences(second: Shape) {
    expectFiniteDifferencesAgree(
      inputs: [randomTensor([2, 3, 3, 2], seed: 1), randomTensor(second, seed: 2)]
    ) { _ in Multiply() }
  }

  @Test func acceptsValuesThatAreNoMaps() throws {
    #expect(try Multiply().outputShape(for: [[2, 5], [2, 5]]) == [2, 5])
    let product = Multiply().forward(
      [Tensor([1, 2, 3], shape: [1, 3]), Tensor([4, 5, 6], shape: [1, 3])], everything)
    #expect(product.elements == [4, 10, 18])
  }

  @Test func refusesWhatIsBroadcastOtherwise() {
    for second in [[2, 1, 1, 1], [1, 3, 1, 1], [2, 3, 1, 2], [2, 3]] as [Shape] {
      #expect(throws: LayerError.self) { try Multiply().outputShape(for: [[2, 3, 4, 2], second]) }
    }
    #expect(throws: LayerError.self) { try Multiply().outputShape(for: [[2, 3, 4, 2]]) }
  }
}
