import Tensors
import Testing

@testable import Adversary

@Suite struct LossTests {
  private static let goals: [[AttackGoal]] = [
    [.leave(0), .leave(3), .leave(4), .leave(2)],
    [0, 3, 4, 2].map { .reach($0, insteadOf: nil) },
    [0, 3, 4, 2].map { .reach($0, insteadOf: 1) },
  ]

  @Test(
    arguments: [.crossEntropy, .margin(confidence: .infinity), .margin(confidence: 0.5), .logitRatio]
      as [AttackLoss], goals)
  func gradientAgreesWithFiniteDifferences(loss: AttackLoss, goals: [AttackGoal]) {
    for classes in [5, 6] {
      let logits = randomTensor([4, classes], seed: 21, in: -2...2)
      let value = loss.evaluate(logits, goals: goals)
      for index in 0..<logits.count {
        func mean(_ change: Float) -> Double {
          var elements = logits.elements
          elements[index] += change
          return loss.evaluate(Tensor(elements, shape: logits.shape), goals: goals).mean
        }
        let slope = (mean(2e-3) - mean(-2e-3)) / 4e-3
        #expect(abs(slope - Double(value.gradient.elements[index]) / 4) < 2e-4)
      }
    }
  }

  @Test func logitRatioHasItsPublishedValues() {
    let logits = Tensor([5, 1, 3, 2, 0], shape: [1, 5])
    func value(_ goal: AttackGoal) -> Double {
      AttackLoss.logitRatio.evaluate(logits, goals: [goal]).values[0]
    }
    // Sorted 5, 3, 2, 1, 0: leaving the first (5 − 3) / (5 − 2); leaving another (1 − 5) / (5 − 2).
    #expect(abs(value(.leave(0)) - 2.0 / 3) < 1e-9)
    #expect(abs(value(.leave(1)) + 4.0 / 3) < 1e-9)
    // (z_y − z_t) / (z₁ − (z₃ + z₄) / 2)
    #expect(abs(value(.reach(4, insteadOf: 0)) - 5 / 3.5) < 1e-9)
    #expect(abs(value(.reach(4, insteadOf: 2)) - 3 / 3.5) < 1e-9)
    #expect(abs(value(.reach(4, insteadOf: nil)) - 5 / 3.5) < 1e-9)
  }

  @Test func logitRatioOfFewClassesTakesWhatThereIs() {
    let three = Tensor([4, 1, 2], shape: [1, 3])
    let two = Tensor([4, 1], shape: [1, 2])
    func value(_ logits: Tensor, _ goal: AttackGoal) -> Double {
      AttackLoss.logitRatio.evaluate(logits, goals: [goal]).values[0]
    }
    #expect(abs(value(three, .leave(0)) - 2.0 / 3) < 1e-9)
    #expect(abs(value(three, .reach(1, insteadOf: 0)) - 1) < 1e-9)
    #expect(value(two, .leave(0)) == 3)
    #expect(value(two, .reach(1, insteadOf: 0)) == 3)
    #expect(AttackLoss.logitRatio.substitute(classes: 2, isTargeted: false)?.contains("margin") == true)
    #expect(AttackLoss.logitRatio.substitute(classes: 3, isTargeted: false) == nil)
    #expect(AttackLoss.logitRatio.substitute(classes: 3, isTargeted: true) != nil)
    #expect(AttackLoss.logitRatio.substitute(classes: 4, isTargeted: true) == nil)
    #expect(AttackLoss.crossEntropy.substitute(classes: 2, isTargeted: true) == nil)
  }

  @Test func crossEntropyHasItsKnownValue() {
    let logits = Tensor([0, 0, 0, 0, 1000, 0], shape: [2, 3])
    let value = AttackLoss.crossEntropy.evaluate(
      logits, goals: [.reach(2, insteadOf: nil), .reach(0, insteadOf: nil)])
    #expect(abs(value.mean - (1.0986123 + 1000) / 2) < 1e-4)
    #expect(value.gradient.elements.allSatisfy { $0.isFinite })
  }

  @Test func marginStopsAtItsConfidence() {
    let logits = Tensor([5, 1, 0], shape: [1, 3])
    let value = AttackLoss.margin(confidence: 2).evaluate(logits, goals: [.reach(0, insteadOf: nil)])
    #expect(value.mean == -2)
    #expect(value.gradient.elements == [0, 0, 0])
  }

  @Test func lossOfNaNIsNaN() {
    let logits = Tensor([.nan, 1, 0], shape: [1, 3])
    for loss in [AttackLoss.crossEntropy, .margin(confidence: .infinity)] {
      #expect(loss.evaluate(logits, goals: [.reach(0, insteadOf: nil)]).mean.isNaN)
    }
  }

  @Test func totalVariationGradientAgreesWithFiniteDifferences() throws {
    // A chequered start keeps neighbours apart: near equal colours the slope bends within the difference.
    let noise = randomTensor([3, 6, 6], seed: 22, in: 0...0.3).elements
    let chequered = noise.indices.map { noise[$0] + (($0 / 6 + $0 % 6) % 2 == 0 ? 0.6 : 0) }
    let sticker = try Sticker(colours: Tensor(chequered, shape: [3, 6, 6]), mask: .circle)
    let variation = TotalVariation(of: sticker)
    for index in 0..<sticker.colours.count {
      func value(_ change: Float) -> Double {
        var elements = sticker.colours.elements
        elements[index] += change
        return TotalVariation(of: sticker.recoloured(Tensor(elements, shape: [3, 6, 6]))).value
      }
      let slope = (value(2e-3) - value(-2e-3)) / 4e-3
      #expect(abs(slope - Double(variation.gradient.elements[index])) < 2e-4)
    }
  }

  @Test func totalVariationIsZeroOnFlatColourAndKnownOnAnEdge() throws {
    let flat = try Sticker(colours: Tensor(repeating: 0.3, shape: [3, 4, 4]), mask: .square)
    #expect(TotalVariation(of: flat).value == 0)
    #expect(TotalVariation(of: flat).gradient.elements.allSatisfy { $0 == 0 })
    // A step of height 1 between columns 1 and 2: four pixels a channel slope by 1, of sixteen.
    let step = (0..<48).map { Float($0 % 4 >= 2 ? 1 : 0) }
    let edge = try Sticker(colours: Tensor(step, shape: [3, 4, 4]), mask: .square)
    #expect(abs(TotalVariation(of: edge).value - 12.0 / 16) < 1e-3)
  }

  @Test func optimisersReachTheMinimumOfAParabola() {
    for rule in [StepRule.adam, .sign(momentum: 0.9), .sign(momentum: 0)] {
      var optimizer = rule.makeOptimizer()
      var pixels = Tensor([0.9, 0.1, 0.5], shape: [3])
      let goal: [Float] = [0.2, 0.7, 0.5]
      for step in 0..<400 {
        let gradient = zip(pixels.elements, goal).map { $0 - $1 }
        optimizer.step(
          &pixels, gradient: Tensor(gradient, shape: [3]),
          rate: LearningRate.cosine(0.05).rate(at: step, of: 400))
      }
      #expect(zip(pixels.elements, goal).allSatisfy { abs($0 - $1) < 0.02 }, "\(rule)")
    }
  }

  @Test func firstStepsOfAdamAreAsPublished() {
    var adam = Adam()
    var pixels = Tensor([0.5], shape: [1])
    adam.step(&pixels, gradient: Tensor([2], shape: [1]), rate: 0.1)
    #expect(abs(pixels.elements[0] - 0.4) < 1e-6)
    // Second gradient −1: mean (0.9·0.2 − 0.1)/0.19, square (0.999·0.004 + 0.001)/0.001999.
    adam.step(&pixels, gradient: Tensor([-1], shape: [1]), rate: 0.1)
    let expected = 0.4 - 0.1 * (0.08 / 0.19) / (0.004996 / 0.001999).squareRoot()
    #expect(abs(Double(pixels.elements[0]) - expected) < 1e-5)
  }
}
