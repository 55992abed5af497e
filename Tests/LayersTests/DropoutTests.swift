import Testing

@testable import Layers
@testable import Tensors

@Suite("Dropout")
struct DropoutTests {
  private let ones = Tensor(repeating: 1, shape: [10, 10_000])

  private func training(_ seed: UInt64) -> Pass {
    Pass(workers: Workers(count: 2), mode: .training(seed: seed), wanted: .inputs)
  }

  @Test(arguments: [0.1, 0.5, 0.8] as [Float])
  func zeroesItsShareAndScalesTheRest(rate: Float) {
    let output = Dropout(rate: rate).forward([ones], training(1)).elements
    let dropped = output.count { $0 == 0 }
    let count = Double(output.count)
    // Five standard deviations of a binomial count.
    let deviation = (count * Double(rate) * Double(1 - rate)).squareRoot()
    #expect(abs(Double(dropped) - count * Double(rate)) < 5 * deviation)
    #expect(output.allSatisfy { $0 == 0 || $0 == 1 / (1 - rate) })
  }

  @Test func theGradientIsMaskedAsTheOutputWas() {
    let input = randomTensor([4, 50], seed: 2)
    let gradient = randomTensor([4, 50], seed: 3)
    let recorded = Dropout(rate: 0.3).recordingForward([input], training(4))
    let back = recorded.pullback(gradient).inputs[0]?.elements ?? []
    #expect(back.count == 200)
    for (index, value) in back.enumerated() {
      let expected = recorded.output.elements[index] == 0 ? 0 : gradient.elements[index] / 0.7
      #expect(abs(value - expected) < 1e-6)
    }
  }

  @Test func agreesWithFiniteDifferences() {
    expectFiniteDifferencesAgree(inputs: [randomTensor([2, 30], seed: 5)], mode: .training(seed: 6)) { _ in
      Dropout(rate: 0.4)
    }
  }

  @Test func theSeedDecidesTheMask() {
    let layer = Dropout(rate: 0.5)
    let first = layer.forward([ones], training(7))
    #expect(layer.forward([ones], training(7)) == first)
    #expect(layer.recordingForward([ones], training(7)).output == first)
    #expect(layer.forward([ones], training(8)) != first)
  }

  @Test func evaluationPassesItsInputOn() {
    let input = randomTensor([2, 3], seed: 9)
    let recorded = Dropout(rate: 0.5).recordingForward([input], everything)
    #expect(recorded.output == input)
    #expect(Dropout(rate: 0.5).forward([input], everything) == input)
    #expect(recorded.pullback(input).inputs == [input])
    #expect(Dropout(rate: 0).forward([input], training(1)) == input)
  }
}
