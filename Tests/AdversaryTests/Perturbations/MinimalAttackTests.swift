import Models
import Tensors
import Testing

@testable import Adversary

/// Attacks that look for the smallest change, on linear networks where it is known.
@Suite struct MinimalAttackTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var norms = PerturbationNorm.both
    var canTarget = true
    let make: @Sendable (PerturbationNorm) throws -> any Perturbation
  }

  static let all: [Case] = [
    // What is added against rounding is 1e-4 of length.
    Case(testDescription: "deepfool", canTarget: false) { try DeepFool(norm: $0, overshoot: 0.002) },
    Case(testDescription: "fab-t", canTarget: false) { try FastAdaptiveBoundary(norm: $0) },
    Case(testDescription: "cw", norms: [.l2]) { _ in try CarliniWagner(steps: 1000, learningRate: 0.003) },
    Case(testDescription: "fmn") { try FastMinimumNorm(norm: $0, steps: 300) },
  ]

  @Test(arguments: all)
  func findsTheSmallestChangeOfALinearNetwork(_ attack: Case) throws {
    try check(attack, on: try LinearTask(classes: 5))
  }

  @Test(arguments: all.filter(\.canTarget))
  func findsTheSmallestChangeToAClass(_ attack: Case) throws {
    try check(attack, on: try LinearTask(classes: 2, target: 1))
  }

  private func check(_ attack: Case, on linear: LinearTask) throws {
    for norm in attack.norms {
      let workers = Workers(count: 2)
      let found = try attack.make(norm).perturb(linear.task, against: linear.classifier, workers: workers)
      let named = Predictions.top1(of: try linear.classifier.logits(of: found.images, on: workers))
      for row in 0..<linear.task.count {
        let shortest = try linear.shortest(row, norm)
        let length = linear.task.length(of: found.images, row: row, norm)
        #expect(found.isFound[row])
        #expect(linear.task.goals[row].isMet(by: named[row]))
        #expect(length >= 0.9999 * shortest, "nothing shorter exists")
        #expect(length <= 1.01 * shortest + 1.1e-4, "\(norm): \(length) for \(shortest)")
        #expect(found.images.withRow(row) { $0.allSatisfy { $0 >= 0 && $0 <= 1 } })
      }
    }
  }

  @Test(arguments: all)
  func leavesPicturesThatAreWrongAlready(_ attack: Case) throws {
    let linear = try LinearTask(classes: 5, count: 4)
    let goals = linear.task.goals.map { goal -> AttackGoal in
      guard case .leave(let label) = goal else { return goal }
      return .leave((label + 1) % 5)
    }
    let task = PerturbationTask(
      images: linear.task.images, goals: goals, items: linear.task.items, names: linear.task.names, seed: 0)
    for norm in attack.norms {
      let found = try attack.make(norm).perturb(task, against: linear.classifier, workers: Workers(count: 1))
      #expect(found.images == task.images)
      #expect(found.isFound.allSatisfy { $0 })
    }
  }

  @Test(arguments: all)
  func sameSeedGivesTheSameBytesOnAnyNumberOfThreads(_ attack: Case) throws {
    let linear = try LinearTask(classes: 4)
    for norm in attack.norms {
      let made = try attack.make(norm)
      let one = try made.perturb(linear.task, against: linear.classifier, workers: Workers(count: 1))
      let three = try made.perturb(linear.task, against: linear.classifier, workers: Workers(count: 3))
      #expect(one.images == three.images)
    }
  }

  @Test func attacksThatOnlyLeadAwayRefuseAClassToReach() throws {
    let linear = try LinearTask(classes: 4, target: 1)
    let attacks: [any Perturbation] = [
      try DeepFool(norm: .l2), try FastAdaptiveBoundary(norm: .l2),
      try AutoPGD(budget: try PerturbationBudget(.linf, epsilon: 0.1), aim: .classes(3)),
    ]
    for attack in attacks {
      #expect(throws: AdversaryError.needsTrueClass) {
        try attack.perturb(linear.task, against: linear.classifier, workers: Workers(count: 1))
      }
    }
  }

  @Test func saysWhichGradientsVanish() throws {
    // The third picture's class is far ahead: its softmax is exactly 1 in fp32, and the cross-entropy is flat.
    let weights = randomTensor([3, 3, 4, 4], seed: 8, in: -1...1)
    let sharp = LinearClassifier(weights: weights.map { $0 * 1000 })
    let images = randomTensor([6, 3, 4, 4], seed: 9)
    let labels = Predictions.top1(of: try sharp.logits(of: images, on: Workers(count: 1)))
    let task = PerturbationTask(
      images: images, goals: labels.map { .leave($0) }, items: Array(0..<6), names: labels.map { "\($0)" },
      seed: 0)
    func vanished(_ loss: AttackLoss) throws -> Int {
      let attack = try ProjectedGradient(
        budget: try PerturbationBudget(.linf, epsilon: 0.001), steps: 1, stepSize: 0.001,
        startsAtRandom: false,
        loss: loss)
      let found = try attack.perturb(task, against: sharp, workers: Workers(count: 1))
      return found.hasVanishedGradient.count { $0 }
    }
    #expect(try vanished(.crossEntropy) > 0)
    #expect(try vanished(.logitRatio) == 0)
  }

  @Test func refusesAnswersThatAreNoNumbers() throws {
    let broken = LinearClassifier(weights: randomTensor([3, 3, 4, 4], seed: 8).map { _ in .nan })
    let task = PerturbationTask(
      images: randomTensor([1, 3, 4, 4], seed: 9), goals: [.leave(0)], items: [0], names: ["cat.png"], seed: 0
    )
    #expect(throws: ModelError.logitsNotFinite(model: "linear", image: "cat.png")) {
      try FastMinimumNorm(norm: .l2).perturb(task, against: broken, workers: Workers(count: 1))
    }
  }
}
