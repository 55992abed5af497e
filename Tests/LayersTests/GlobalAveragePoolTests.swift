import Testing

@testable import Layers
@testable import Tensors

@Suite("Global average pool")
struct GlobalAveragePoolTests {
  @Test(arguments: Golden.layers.globalAveragePool)
  func matchesPyTorch(golden: Golden.Case<Golden.None>) throws {
    try expectPyTorchsNumbers(GlobalAveragePool(), golden)
  }

  @Test func agreesWithFiniteDifferences() {
    expectFiniteDifferencesAgree(inputs: [randomTensor([2, 3, 5, 4], seed: 1)]) { _ in GlobalAveragePool() }
  }

  @Test func hasNoBoundedWindow() { #expect(GlobalAveragePool().window == nil) }
}
