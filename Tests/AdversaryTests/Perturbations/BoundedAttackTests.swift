import Models
import Tensors
import Testing

@testable import Adversary

/// Attacks with a budget, on linear networks whose smallest sufficient budget is known.
@Suite struct BoundedAttackTests {
  /// A bounded attack made from a budget.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// By how much more than the smallest budget it may need.
    var slack = 0.01
    var norms = PerturbationNorm.both
    let make: @Sendable (PerturbationBudget) throws -> any Perturbation
  }

  static let untargeted: [Case] =
    targeted + [
      Case(testDescription: "apgd-t") { try AutoPGD(budget: $0, aim: .classes(9)) },
      Case(testDescription: "fab-t") { try FastAdaptiveBoundary(norm: $0.norm, epsilon: $0.epsilon) },
      Case(testDescription: "standard") { try AttackSequence.standard(budget: $0, steps: 50, queries: 50) },
    ]

  /// With two classes what leaves one reaches the other; with more, only these can be told where to go.
  static let targeted: [Case] = [
    Case(testDescription: "fgsm") {
      try ProjectedGradient(
        budget: $0, steps: 1, stepSize: $0.epsilon, startsAtRandom: false, loss: .crossEntropy)
    },
    Case(testDescription: "pgd") {
      try ProjectedGradient(budget: $0, steps: 40, stepSize: $0.epsilon / 10, startsAtRandom: true)
    },
    Case(testDescription: "mi-fgsm") {
      try ProjectedGradient(
        budget: $0, steps: 10, stepSize: $0.epsilon / 10, startsAtRandom: false, momentum: 1)
    },
    Case(testDescription: "apgd-ce") { try AutoPGD(budget: $0, aim: .goal(.crossEntropy)) },
    Case(testDescription: "apgd-dlr") { try AutoPGD(budget: $0, aim: .goal(.logitRatio)) },
    Case(testDescription: "square", norms: [.linf]) { try SquareAttack(budget: $0, queries: 5000) },
    // Bumps of at least 3 × 3 pixels are far from the white noise of these weights.
    Case(testDescription: "square in L2", slack: 1.5, norms: [.l2]) {
      try SquareAttack(budget: $0, queries: 5000)
    },
  ]

  @Test(arguments: untargeted)
  func findsWhatJustExistsAndNothingBelow(_ attack: Case) throws {
    let linear = try LinearTask(classes: 2)
    try check(attack, on: linear)
  }

  @Test(arguments: targeted)
  func reachesAClassWithinTheSmallestBudget(_ attack: Case) throws {
    let linear = try LinearTask(classes: 2, target: 1)
    try check(attack, on: linear)
  }

  @Test(arguments: [
    Case(testDescription: "apgd-t") { try AutoPGD(budget: $0, aim: .classes(9)) },
    Case(testDescription: "apgd-dlr, restarted") {
      try AutoPGD(budget: $0, aim: .goal(.logitRatio), restarts: 5)
    },
    Case(testDescription: "fab-t") { try FastAdaptiveBoundary(norm: $0.norm, epsilon: $0.epsilon) },
    Case(testDescription: "standard") { try AttackSequence.standard(budget: $0, steps: 50, queries: 50) },
  ])
  func findsTheNearestOfManyClasses(_ attack: Case) throws {
    try check(attack, on: try LinearTask(classes: 6))
  }

  private func check(_ attack: Case, on linear: LinearTask) throws {
    for norm in attack.norms {
      for row in 0..<linear.task.count {
        let shortest = try linear.shortest(row, norm)
        for (factor, isEnough) in [(1 + attack.slack, true), (0.99, false)] {
          let budget = try PerturbationBudget(norm, epsilon: factor * shortest)
          let task = linear.alone(row)
          let found = try attack.make(budget).perturb(
            task, against: linear.classifier, workers: Workers(count: 1))
          let length = task.length(of: found.images, row: 0, norm)
          let isWithin = found.isFound[0] && length <= budget.reach
          #expect(isWithin == isEnough, "\(norm) \(factor): \(length) of \(shortest)")
        }
      }
    }
  }

  @Test(arguments: untargeted)
  func staysWithinBudgetAndWallsAndSaysWhatTheNetworkSays(_ attack: Case) throws {
    let workers = Workers(count: 1)
    for norm in attack.norms {
      var linear = try LinearTask(classes: 4, count: 6)
      // Some values at the very walls.
      var images = linear.task.images
      images.changeRows(on: workers) { _, picture in
        for index in stride(from: 0, to: picture.count, by: 5) { picture[index] = index % 2 == 0 ? 0 : 1 }
      }
      let labels = Predictions.top1(of: try linear.classifier.logits(of: images, on: workers))
      linear = try LinearTask(classes: 4, count: 6)
      let task = PerturbationTask(
        images: images, goals: labels.map { .leave($0) }, items: linear.task.items, names: linear.task.names,
        seed: 1)
      for epsilon in [0, 0.02, 0.3, norm == .linf ? 1 : 20] {
        let budget = try PerturbationBudget(norm, epsilon: epsilon)
        let found = try attack.make(budget).perturb(task, against: linear.classifier, workers: workers)
        let named = Predictions.top1(of: try linear.classifier.logits(of: found.images, on: workers))
        for row in 0..<task.count {
          #expect(found.images.withRow(row) { $0.allSatisfy { $0 >= 0 && $0 <= 1 } })
          let length = task.length(of: found.images, row: row, norm)
          #expect(found.isFound[row] == task.goals[row].isMet(by: named[row]))
          // FAB looks for the smallest change and may find only longer ones.
          if attack.testDescription != "fab-t" { #expect(length <= budget.reach) }
          #expect(found.queries[row] > 0)
          if epsilon == 0, attack.testDescription != "fab-t" { #expect(!found.isFound[row]) }
          if epsilon >= 1, attack.testDescription != "fgsm" {
            #expect(found.isFound[row], "ε = 1 fools everything")
          }
        }
      }
    }
  }

  @Test(arguments: untargeted)
  func sameSeedGivesTheSameBytesOnAnyNumberOfThreadsAndInAnyCompany(_ attack: Case) throws {
    let linear = try LinearTask(classes: 4)
    for norm in attack.norms {
      let budget = try PerturbationBudget(norm, epsilon: norm == .linf ? 0.02 : 0.1)
      let made = try attack.make(budget)
      let one = try made.perturb(linear.task, against: linear.classifier, workers: Workers(count: 1))
      let three = try made.perturb(linear.task, against: linear.classifier, workers: Workers(count: 3))
      #expect(one.images == three.images)
      #expect(one.isFound == three.isFound && one.queries == three.queries)
      let alone = try made.perturb(linear.alone(5), against: linear.classifier, workers: Workers(count: 1))
      #expect(alone.images.row(0) == one.images.row(5))
      #expect(alone.queries[0] == one.queries[5])
    }
  }

  @Test func robustnessFallsWithTheBudget() throws {
    let linear = try LinearTask(classes: 6, count: 24)
    for attack in BoundedAttackTests.untargeted where attack.norms.contains(.linf) {
      var last = -1
      for epsilon in [0.001, 0.003, 0.01, 0.03, 0.1, 1] {
        let found = try attack.make(try PerturbationBudget(.linf, epsilon: epsilon))
          .perturb(linear.task, against: linear.classifier, workers: Workers())
        let count = (0..<linear.task.count).count {
          found.isFound[$0] && linear.task.length(of: found.images, row: $0, .linf) <= epsilon * 1.0001
        }
        #expect(count >= last, "\(attack.testDescription) at \(epsilon)")
        last = count
      }
      #expect(last == linear.task.count, "\(attack.testDescription): nothing withstands ε = 1")
    }
  }
}
