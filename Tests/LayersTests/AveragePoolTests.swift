import Testing

@testable import Layers
@testable import Tensors

@Suite("Average pool")
struct AveragePoolTests {
  @Test(arguments: Golden.layers.averagePool)
  func matchesPyTorch(golden: Golden.Case<Golden.AveragePool>) throws {
    try expectPyTorchsNumbers(layer(golden), golden)
  }

  @Test(arguments: Golden.layers.averagePool)
  func agreesWithFiniteDifferences(golden: Golden.Case<Golden.AveragePool>) {
    expectFiniteDifferencesAgree(inputs: [randomTensor(Shape(golden.inputs[0].shape), seed: 1)]) { _ in
      layer(golden)
    }
  }

  @Test func theMeanOfOnesIsOneWherePaddingDoesNotCount() {
    let layer = AveragePool(
      geometry: Window(kernel: 3, stride: 2, padding: 1), roundingUp: true, countsPadding: false)
    let output = layer.forward([Tensor(repeating: 1, shape: [1, 2, 6, 8])], everything)
    #expect(output.elements.allSatisfy { $0 == 1 })
  }

  private func layer(_ golden: Golden.Case<Golden.AveragePool>) -> AveragePool {
    let settings = golden.settings
    return AveragePool(
      geometry: Window(kernel: settings.kernel, stride: settings.stride, padding: settings.padding),
      roundingUp: settings.ceil, countsPadding: settings.counted)
  }
}
