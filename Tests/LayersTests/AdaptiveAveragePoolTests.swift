import Testing

@testable import Layers
@testable import Tensors

@Suite("Adaptive average pool")
struct AdaptiveAveragePoolTests {
  @Test(arguments: Golden.layers.adaptiveAveragePool)
  func matchesPyTorch(golden: Golden.Case<Golden.AdaptiveAveragePool>) throws {
    try expectPyTorchsNumbers(layer(golden), golden)
  }

  @Test(arguments: Golden.layers.adaptiveAveragePool)
  func agreesWithFiniteDifferences(golden: Golden.Case<Golden.AdaptiveAveragePool>) {
    expectFiniteDifferencesAgree(inputs: [randomTensor(Shape(golden.inputs[0].shape), seed: 1)]) { _ in
      layer(golden)
    }
  }

  @Test func oneCellIsTheMeanOfAll() {
    let input = randomTensor([2, 3, 5, 4], seed: 2)
    let output = AdaptiveAveragePool(rows: 1, columns: 1).forward([input], everything)
    expectClose(output, GlobalAveragePool().forward([input], everything), "mean")
  }

  @Test func anInputOfTheGridsSizeIsPassedOnWithItsGradient() {
    let layer = AdaptiveAveragePool(rows: 3, columns: 2)
    let input = randomTensor([2, 2, 3, 2], seed: 3)
    let recorded = layer.recordingForward([input], everything)
    let gradient = randomTensor([2, 2, 3, 2], seed: 4)
    #expect(layer.forward([input], everything) == input && recorded.output == input)
    #expect(recorded.pullback(gradient).inputs == [gradient])
  }

  @Test func anEmptyInputIsRefused() {
    let layer = AdaptiveAveragePool(rows: 2, columns: 2)
    #expect(throws: LayerError.self) { try layer.outputShape(for: [[1, 3, 0, 4]]) }
    #expect(throws: LayerError.self) { try layer.outputShape(for: [[1, 3]]) }
  }

  @Test func hasNoBoundedWindow() { #expect(AdaptiveAveragePool(rows: 2, columns: 2).window == nil) }

  private func layer(_ golden: Golden.Case<Golden.AdaptiveAveragePool>) -> AdaptiveAveragePool {
    AdaptiveAveragePool(rows: golden.settings.rows, columns: golden.settings.columns)
  }
}
