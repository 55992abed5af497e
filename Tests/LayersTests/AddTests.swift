import Testing

@testable import Layers
@testable import Tensors

@Suite("Add")
struct AddTests {
  @Test(arguments: Golden.layers.add)
  func matchesPyTorch(golden: Golden.Case<Golden.None>) throws { try expectPyTorchsNumbers(Add(), golden) }

  @Test func agreesWithFiniteDifferences() {
    expectFiniteDifferencesAgree(
      inputs: [randomTensor([2, 2, 3, 3], seed: 1), randomTensor([2, 2, 4, 6], seed: 2)]
    ) { _ in Add() }
  }

  @Test func refusesAShortcutThatCannotBeCropped() {
    #expect(throws: LayerError.self) { try Add().outputShape(for: [[1, 2, 3, 3], [1, 2, 2, 3]]) }
    #expect(throws: LayerError.self) { try Add().outputShape(for: [[1, 2, 3, 3], [1, 3, 3, 3]]) }
    #expect(throws: LayerError.self) { try Add().outputShape(for: [[1, 2, 3, 3]]) }
  }
}
