import Testing

@testable import Layers
@testable import Tensors

@Suite("Clip")
struct ClipTests {
  @Test(arguments: Golden.layers.clip)
  func matchesPyTorch(golden: Golden.Case<Golden.Clip>) throws {
    let clip = Clip(floor: golden.settings.low, ceiling: golden.settings.high ?? .infinity)
    #expect(clip == .relu || clip == .relu6)
    try expectPyTorchsNumbers(clip, golden)
  }

  @Test(arguments: [Clip.relu, .relu6, Clip(floor: -1.5, ceiling: 1.5)])
  func agreesWithFiniteDifferences(clip: Clip) {
    // Gaps of 0.3 around zero, shifted so that none lies within the step of 6 or ±1.5.
    let input = spacedTensor([2, 3, 4, 4], gap: 0.3, seed: 1).map { $0 + 0.05 }
    expectFiniteDifferencesAgree(inputs: [input], step: 0x1p-5) { _ in clip }
  }

  @Test func keepsNumbersThatAreNone() {
    #expect(Clip.relu.forward([Tensor([.nan], shape: [1])], everything)[0].isNaN)
    #expect(Clip.relu6.forward([Tensor([.nan], shape: [1])], everything)[0].isNaN)
  }

  @Test func keepsItsInputsShape() throws {
    #expect(try Clip.relu.outputShape(for: [[2, 5]]) == [2, 5])
  }
}
