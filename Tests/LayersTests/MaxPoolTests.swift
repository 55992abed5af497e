import Testing

@testable import Layers
@testable import Tensors

@Suite("Max pool")
struct MaxPoolTests {
  @Test(arguments: Golden.layers.maxPool)
  func matchesPyTorch(golden: Golden.Case<Golden.MaxPool>) throws {
    try expectPyTorchsNumbers(layer(golden), golden)
  }

  @Test(arguments: Golden.layers.maxPool)
  func agreesWithFiniteDifferences(golden: Golden.Case<Golden.MaxPool>) {
    let input = spacedTensor(Shape(golden.inputs[0].shape), gap: 0.1, seed: 1)
    expectFiniteDifferencesAgree(inputs: [input], step: 0x1p-5) { _ in layer(golden) }
  }

  @Test func paddingNeverWins() {
    let layer = MaxPool(geometry: Window(kernel: 3, stride: 2, padding: 1))
    let output = layer.forward([Tensor(repeating: -5, shape: [1, 1, 4, 4])], everything)
    #expect(output == Tensor(repeating: -5, shape: [1, 1, 2, 2]))
  }

  @Test func numbersThatAreNoneWin() {
    let layer = MaxPool(geometry: Window(kernel: 2))
    let output = layer.forward([Tensor([1, .nan, 3, 2], shape: [1, 1, 2, 2])], everything)
    #expect(output[0, 0, 0, 0].isNaN)
  }

  /// A dilated window may lie with every tap in the padding; its gradient has nowhere to go.
  @Test func aWindowWhollyInThePaddingTakesNoGradient() {
    let layer = MaxPool(geometry: Window(kernel: 2, padding: 2, dilation: 4))
    let input = Tensor([7], shape: [1, 1, 1, 1])
    let recorded = layer.recordingForward([input], everything)
    #expect(recorded.output.shape == [1, 1, 1, 1])
    let gradient = recorded.pullback(Tensor([1], shape: [1, 1, 1, 1])).inputs
    #expect(gradient == [Tensor(zeros: [1, 1, 1, 1])])
  }

  @Test func refusesAnInputSmallerThanItsWindow() {
    let layer = MaxPool(geometry: Window(kernel: 3, stride: 2))
    #expect(throws: LayerError.inputTooSmall(layer: "max pool", kernel: 3, found: "[1, 1, 2, 8]")) {
      try layer.outputShape(for: [[1, 1, 2, 8]])
    }
  }

  private func layer(_ golden: Golden.Case<Golden.MaxPool>) -> MaxPool {
    let settings = golden.settings
    return MaxPool(
      geometry: Window(
        kernel: settings.kernel, stride: settings.stride, padding: settings.padding,
        dilation: settings.dilation),
      roundingUp: settings.ceil)
  }
}
