import Testing

@testable import Layers
@testable import Tensors

@Suite("Flatten")
struct FlattenTests {
  @Test(arguments: Golden.layers.flatten)
  func matchesPyTorch(golden: Golden.Case<Golden.None>) throws {
    try expectPyTorchsNumbers(Flatten(), golden)
  }

  @Test func agreesWithFiniteDifferences() {
    expectFiniteDifferencesAgree(inputs: [randomTensor([2, 3, 2, 2], seed: 1)]) { _ in Flatten() }
  }
}
