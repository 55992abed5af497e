import Foundation
import Layers
import Testing

@testable import Tensors
@testable import Training

@Suite("Softmax regression")
struct SoftmaxRegressionTests {
  private let workers = Workers(count: 2)

  /// Two features of very different scale, three classes.
  private func examples(_ count: Int, seed: UInt64) -> (features: Tensor, labels: [Int]) {
    var generator = SeededGenerator(seed: seed)
    let labels = (0..<count).map { $0 % 3 }
    let centres: [[Float]] = [[0, 0], [2, 0], [1, 2]]
    let values = labels.flatMap { label -> [Float] in
      let (across, up) = (generator.normal(), generator.normal())
      return [0.01 * (centres[label][0] + 0.5 * across), 300 + 50 * (centres[label][1] + 0.5 * up)]
    }
    return (Tensor(values, shape: [count, 2]), labels)
  }

  @Test func tellsCloudsApart() {
    let (features, labels) = examples(600, seed: 1)
    let decision = SoftmaxRegression(features, labels: labels, classes: 3, penalty: 0.001, workers: workers)
    #expect(decision.accuracy(features, labels: labels, on: workers) > 0.93)
    let (others, answers) = examples(600, seed: 2)
    #expect(decision.accuracy(others, labels: answers, on: workers) > 0.92)
  }

  /// At the least value the gradient of mean cross-entropy plus penalty is zero, in standardised features.
  @Test func theSolutionHasNoSlope() {
    let (features, labels) = examples(300, seed: 3)
    let penalty = 0.05
    let decision = SoftmaxRegression(
      features, labels: labels, classes: 3, penalty: penalty, workers: workers)
    let logits = Linear(weight: decision.weight, bias: decision.bias).forward(
      [features], Pass(workers: workers, wanted: []))
    let slope = Loss.crossEntropy().evaluate(logits, classes: labels).gradient
    for column in 0..<2 {
      let values = (0..<300).map { Double(features[$0, column]) }
      let mean = values.reduce(0, +) / 300
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 300).squareRoot()
      for label in 0..<3 {
        let weight = Double(decision.weight[label, column]) * deviation
        let gradient = (0..<300).reduce(0.0) {
          $0 + Double(slope[$1, label]) * (values[$1] - mean) / deviation / 300
        }
        #expect(abs(gradient + penalty * weight) < 2e-4)
      }
    }
    for label in 0..<3 {
      #expect(abs((0..<300).reduce(0.0) { $0 + Double(slope[$1, label]) } / 300) < 2e-4)
    }
  }

  @Test func aGreaterPenaltyGivesSmallerWeights() {
    let (features, labels) = examples(300, seed: 4)
    let sizes = [0.001, 0.1, 10].map { penalty in
      SoftmaxRegression(features, labels: labels, classes: 3, penalty: penalty, workers: workers)
        .weight.elements.reduce(0) { $0 + $1 * $1 }
    }
    #expect(sizes[0] > 2 * sizes[1] && sizes[1] > 2 * sizes[2])
  }

  @Test func aPathOfPenaltiesEndsWhereEachAloneEnds() {
    let (features, labels) = examples(300, seed: 7)
    let penalties = [1, 0.1, 0.01]
    let path = SoftmaxRegression.path(
      features, labels: labels, classes: 3, penalties: penalties, workers: workers)
    for (penalty, decision) in zip(penalties, path) {
      let alone = SoftmaxRegression(
        features, labels: labels, classes: 3, penalty: penalty, workers: workers)
      expectClose(decision.weight.elements, alone.weight.elements, "\(penalty)", tolerance: 0.01)
    }
  }

  @Test func aFeatureThatNeverMovesDoesNoHarm() {
    let (features, labels) = examples(300, seed: 5)
    let wide = Tensor(
      (0..<300).flatMap { [features[$0, 0], features[$0, 1], 0.25] }, shape: [300, 3])
    let decision = SoftmaxRegression(wide, labels: labels, classes: 3, penalty: 0.01, workers: workers)
    #expect(decision.weight.elements.allSatisfy(\.isFinite) && decision.bias.elements.allSatisfy(\.isFinite))
    #expect(decision.accuracy(wide, labels: labels, on: workers) > 0.9)
  }

  @Test func oneAndTwoThreadsGiveTheSameBytes() {
    // Three blocks, the last one short.
    let (features, labels) = examples(1300, seed: 6)
    func fit(_ threads: Int) -> SoftmaxRegression {
      SoftmaxRegression(
        features, labels: labels, classes: 3, penalty: 0.01, workers: Workers(count: threads))
    }
    #expect(fit(1).weight == fit(2).weight && fit(1).bias == fit(2).bias)
  }
}
