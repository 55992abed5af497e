import Testing

@testable import Layers
@testable import Tensors

@Suite("Loss")
struct LossTests {
  @Test(arguments: Golden.layers.loss)
  func matchesPyTorch(golden: Golden.Loss) {
    let loss = golden.smoothing.map { Loss.crossEntropy(labelSmoothing: $0) } ?? .margin
    let (values, gradient) = loss.evaluate(golden.logits.tensor, classes: golden.classes)
    expectClose(Tensor(values.map(Float.init), shape: [values.count]), golden.values.tensor, "values")
    expectClose(gradient, golden.gradient.tensor, "gradient")
  }

  @Test func goldenCasesCoverBothLosses() {
    #expect(Golden.layers.loss.contains { $0.smoothing == nil })
    #expect(Golden.layers.loss.contains { $0.smoothing ?? 0 > 0 })
  }

  @Test(arguments: [Loss.crossEntropy(), .crossEntropy(labelSmoothing: 0.2), .margin])
  func agreesWithFiniteDifferences(loss: Loss) {
    let logits = spacedTensor([3, 5], gap: 0.25, seed: 1)
    let classes = [0, 4, 2]
    let (_, gradient) = loss.evaluate(logits, classes: classes)
    let step: Float = 0x1p-8
    for index in 0..<logits.count {
      var (above, below) = (logits, logits)
      above.withUnsafeMutableBuffer { $0[index] += step }
      below.withUnsafeMutableBuffer { $0[index] -= step }
      let image = index / 5
      let quotient =
        (loss.evaluate(above, classes: classes).values[image]
          - loss.evaluate(below, classes: classes).values[image]) / (2 * Double(step))
      #expect(abs(quotient - Double(gradient.elements[index])) < 1e-5)
    }
  }

  @Test func marginIsNegativeExactlyWhenTheClassWins() {
    let logits = Tensor([3, 1, 2], shape: [1, 3])
    #expect(Loss.margin.evaluate(logits, classes: [0]).values == [-1])
    #expect(Loss.margin.evaluate(logits, classes: [1]).values == [2])
    #expect(Loss.margin.evaluate(Tensor([5], shape: [1, 1]), classes: [0]).values == [0])
  }

  @Test func crossEntropyOfHugeLogitsStaysFinite() {
    let (values, gradient) = Loss.crossEntropy().evaluate(
      Tensor([1e30, -1e30, 0], shape: [1, 3]), classes: [0])
    #expect(values == [0])
    #expect(gradient.elements == [0, 0, 0])
  }

  /// A class ruled out with −∞ costs nothing as long as it is not the one asked for.
  @Test func crossEntropyAllowsClassesRuledOut() {
    let (values, gradient) = Loss.crossEntropy().evaluate(
      Tensor([0, 0, -.infinity], shape: [1, 3]), classes: [0])
    #expect(abs(values[0] - 0.693147) < 1e-5)
    #expect(gradient.elements == [-0.5, 0.5, 0])
  }
}
