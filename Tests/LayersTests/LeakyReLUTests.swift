import Testing

@testable import Layers
@testable import Tensors

@Suite("Leaky ReLU")
struct LeakyReLUTests {
  @Test(arguments: Golden.layers.leakyRelu)
  func matchesPyTorch(golden: Golden.Case<Golden.LeakyReLU>) throws {
    try expectPyTorchsNumbers(LeakyReLU(slope: golden.settings.slope), golden)
  }

  @Test func agreesWithFiniteDifferences() {
    let input = spacedTensor([2, 3, 4], gap: 0.3, seed: 1)
    expectFiniteDifferencesAgree(inputs: [input], step: 0x1p-5) { _ in LeakyReLU(slope: 0.2) }
  }

  @Test func keepsItsInputsShape() throws {
    #expect(try LeakyReLU(slope: 0.1).outputShape(for: [[2, 5]]) == [2, 5])
  }
}
