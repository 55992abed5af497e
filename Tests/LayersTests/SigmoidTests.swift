import Testing

@testable import Layers
@testable import Tensors

@Suite("Sigmoid")
struct SigmoidTests {
  @Test(arguments: Golden.layers.sigmoid)
  func matchesPyTorch(golden: Golden.Case<Golden.None>) throws {
    try expectPyTorchsNumbers(Sigmoid(), golden)
  }

  @Test func agreesWithFiniteDifferences() {
    expectFiniteDifferencesAgree(inputs: [randomTensor([2, 3, 2], seed: 1)], step: 0x1p-5, tolerance: 1e-3) {
      _ in
      Sigmoid()
    }
  }

  @Test func staysFiniteFarFromZero() throws {
    let recorded = Sigmoid().recordingForward(
      [Tensor([-1000, 1000, -.infinity, .infinity], shape: [4])], everything)
    #expect(recorded.output.elements == [0, 1, 0, 1])
    #expect(recorded.pullback(Tensor(repeating: 1, shape: [4])).inputs[0]?.elements == [0, 0, 0, 0])
    #expect(try Sigmoid().outputShape(for: [[2, 5]]) == [2, 5])
  }
}
