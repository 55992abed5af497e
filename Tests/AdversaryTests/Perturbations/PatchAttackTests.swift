import Foundation
import Models
import Tensors
import Testing

@testable import Adversary

/// Stickers made for one picture, on linear networks whose best sticker is known.
@Suite struct PatchAttackTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable (PatchBudget) throws -> any Perturbation
  }

  /// With means enough for every place.
  static let all: [Case] = [
    Case(testDescription: "patch-pgd") { try PatchPGD(budget: $0, steps: 20) },
    Case(testDescription: "lavan") { try LaVAN(budget: $0, places: 42, steps: 40, learningRate: 5) },
    Case(testDescription: "patch-rs") { try PatchRandomSearch(budget: $0, queries: 300, restarts: 60) },
  ]

  @Test(arguments: all, [false, true])
  func findsWhatJustExistsAndNothingBelow(_ attack: Case, isTargeted: Bool) throws {
    for number in 0..<3 {
      for (side, excess) in [(2, 0.01), (2, -0.01), (1, 0.01)] {
        try check(
          attack, LinearPatchTask(side: side, excess: excess, number: number, isTargeted: isTargeted),
          isEnough: excess > 0)
      }
    }
  }

  @Test func findsTheNearestOfManyClassesAtTheBestPlace() throws {
    for number in 0..<6 {
      for (side, excess) in [(3, 0.01), (3, -0.01), (5, 0.01)] {
        let linear = try LinearPatchTask(classes: 6, side: side, excess: excess, number: number)
        let found = try check(PatchAttackTests.all[0], linear, isEnough: excess > 0)
        #expect(found.places == [linear.best])
      }
    }
  }

  @discardableResult
  private func check(_ attack: Case, _ linear: LinearPatchTask, isEnough: Bool) throws -> PerturbedPictures {
    let budget = try PatchBudget(side: linear.best.side)
    let found = try attack.make(budget).perturb(
      linear.task, against: linear.classifier, workers: Workers(count: 1))
    #expect(try linear.lead(on: linear.task.images) < 0)
    #expect(found.isFound == [isEnough])
    let lead = try linear.lead(on: found.images)
    let rounding = 1e-4
    #expect(lead <= linear.bestLead + rounding, "nothing is better than the optimum")
    #expect(
      lead >= linear.bestLead - 0.01 * linear.bestGain - rounding, "\(lead) of \(linear.bestLead)")
    return found
  }

  @Test func lavanIsTheBestThatItsPlaceAllows() throws {
    let linear = try LinearPatchTask(side: 3, excess: -0.5)
    let attack = try LaVAN(budget: try PatchBudget(side: 3), steps: 40, learningRate: 5)
    let found = try attack.perturb(linear.task, against: linear.classifier, workers: Workers(count: 1))
    let place = try #require(found.places[0])
    let (height, width) = (LinearPatchTask.height, LinearPatchTask.width)
    guard case .leave(let label) = linear.task.goals[0] else { return }
    var lead = try linear.lead(on: linear.task.images)
    for index in place.lines(height: height, width: width).joined() {
      let weights = linear.classifier.weights
      let slope = Double(weights.row(1 - label)[index]) - Double(weights.row(label)[index])
      lead += slope * ((slope > 0 ? 1 : 0) - Double(linear.task.images.row(0)[index]))
    }
    #expect(abs(try linear.lead(on: found.images) - lead) < 0.01 * linear.bestGain)
  }

  /// Two classes, of which the second's logit is less 0.1 by how far the pixels are from `summit`.
  private struct Hill: Classifier {
    let summit: Tensor
    let card = ModelCard(name: "hill", architecture: "hill", classes: ["other", "summit"])

    func logits(of images: Tensor, on workers: Workers) throws -> Tensor {
      Tensor(
        (0..<images.shape[0]).flatMap { row in
          [
            0,
            zip(images.row(row), summit.elements).reduce(Float(-0.1)) { $0 - ($1.0 - $1.1) * ($1.0 - $1.1) },
          ]
        }, shape: [images.shape[0], 2])
    }

    func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
      DifferentiableLogits(logits: try logits(of: images, on: workers)) { gradient in
        Tensor(
          (0..<images.shape[0]).flatMap { row in
            zip(images.row(row), summit.elements).map { -2 * ($0 - $1) * gradient[row, 1] }
          }, shape: images.shape)
      }
    }
  }

  @Test func gradientsLeadBackFromTheLinearOptimumWhereTheNetworkIsCurved() throws {
    let hill = Hill(summit: randomTensor([3, 5, 5], seed: 4, in: 0.1...0.9))
    let images = randomTensor([2, 3, 5, 5], seed: 5, in: 0...1)
    let task = PerturbationTask(
      images: images, goals: [.leave(0), .leave(0)], items: [0, 1], names: ["a", "b"], seed: 0)
    let budget = try PatchBudget(side: 5)
    for attack: any Perturbation in [
      try PatchPGD(budget: budget), try PatchPGD(budget: budget, steps: 30, restarts: 2),
      try LaVAN(budget: budget, learningRate: 0.1),
    ] {
      let found = try attack.perturb(task, against: hill, workers: Workers(count: 1))
      let logits = try hill.logits(of: found.images, on: Workers(count: 1))
      // At the summit the second class is less by 0.1, which no sticker makes good.
      #expect(found.isFound == [false, false])
      for row in 0..<2 { #expect(logits[row, 1] <= -0.1 && logits[row, 1] > -0.11) }
    }
  }

  @Test(arguments: all)
  func staysInItsSquareAndInRangeAndSaysWhatTheNetworkSays(_ attack: Case) throws {
    let linear = try LinearTask(classes: 4, count: 6)
    let workers = Workers(count: 1)
    for side in [1, 3, LinearTask.side] {
      let budget = try PatchBudget(side: side)
      let found = try attack.make(budget).perturb(linear.task, against: linear.classifier, workers: workers)
      let named = Predictions.top1(of: try linear.classifier.logits(of: found.images, on: workers))
      for row in 0..<linear.task.count {
        #expect(found.images.withRow(row) { $0.allSatisfy { $0 >= 0 && $0 <= 1 } })
        let place = try #require(found.places[row])
        #expect(place.side == side && place.x >= 0 && place.y >= 0)
        #expect(max(place.x, place.y) + side <= LinearTask.side)
        #expect(linear.task.isKept(beside: place, in: found.images, row: row))
        #expect(found.isFound[row] == linear.task.goals[row].isMet(by: named[row]))
        #expect(found.queries[row] > 0)
        if side == LinearTask.side {
          #expect(found.isFound[row], "a sticker over everything fools everything")
        }
      }
    }
  }

  @Test(arguments: all)
  func sameSeedGivesTheSameBytesOnAnyNumberOfThreadsAndInAnyCompany(_ attack: Case) throws {
    let linear = try LinearTask(classes: 4)
    let made = try attack.make(try PatchBudget(side: 2))
    let one = try made.perturb(linear.task, against: linear.classifier, workers: Workers(count: 1))
    let three = try made.perturb(linear.task, against: linear.classifier, workers: Workers(count: 3))
    #expect(one.images == three.images && one.places == three.places)
    #expect(one.isFound == three.isFound && one.queries == three.queries)
    let alone = try made.perturb(linear.alone(5), against: linear.classifier, workers: Workers(count: 1))
    #expect(alone.images.row(0) == one.images.row(5) && alone.places[0] == one.places[5])
    #expect(alone.queries[0] == one.queries[5])
  }

  @Test(arguments: all)
  func largerStickersFoolMore(_ attack: Case) throws {
    // Of six pictures a sticker of two pixels is just enough for three.
    let linear = try (0..<6).map {
      try LinearPatchTask(side: 2, excess: $0 < 3 ? 0.05 : -0.05, number: $0)
    }
    let found = try [1, 2, 3, 6].map { side in
      try linear.count { linear in
        try attack.make(try PatchBudget(side: side))
          .perturb(linear.task, against: linear.classifier, workers: Workers()).isFound[0]
      }
    }
    #expect(found == found.sorted() && found[0] == 0 && found[1] == 3 && found[3] == 6)
  }

  @Test func aTargetIsReachedAmongManyClasses() throws {
    let linear = try LinearTask(classes: 5, target: 3)
    for attack in PatchAttackTests.all {
      let found = try attack.make(try PatchBudget(side: LinearTask.side))
        .perturb(linear.task, against: linear.classifier, workers: Workers())
      let named = Predictions.top1(of: try linear.classifier.logits(of: found.images, on: Workers()))
      for row in 0..<linear.task.count {
        #expect(found.isFound[row] && linear.task.goals[row].isMet(by: named[row]))
      }
    }
  }

  @Test func lavanGoesOnUntilItIsSure() throws {
    let linear = try LinearTask(classes: 3)
    let budget = try PatchBudget(side: LinearTask.side)
    func probability(_ confidence: Double) throws -> [Double] {
      let attack = try LaVAN(budget: budget, learningRate: 0.01, confidence: confidence)
      let found = try attack.perturb(linear.task, against: linear.classifier, workers: Workers())
      let logits = try linear.classifier.logits(of: found.images, on: Workers())
      let entropies = AttackLoss.crossEntropy.evaluate(logits, goals: linear.task.goals).values
      return entropies.map { 1 - exp($0) }
    }
    #expect(try probability(0.99).allSatisfy { $0 >= 0.99 })
    #expect(try probability(0.5).contains { $0 < 0.9 })
  }

  @Test func patchSearchAsksNoMoreThanItMay() throws {
    let linear = try LinearPatchTask(side: 1, excess: -0.5)
    let attack = try PatchRandomSearch(budget: try PatchBudget(side: 1), queries: 50, restarts: 2)
    let found = try attack.perturb(linear.task, against: linear.classifier, workers: Workers())
    #expect(found.queries == [100] && !found.hasVanishedGradient[0])
  }

  @Test func drawsEveryPlaceOnce() throws {
    let grid = PatchGrid(side: 2, height: 5, width: 7)
    var generator = SeededGenerator(seed: 1, stream: 0)
    let drawn = grid.drawing(100, using: &generator)
    #expect(drawn.count == 24 && Set(drawn) == Set((0..<24).map { grid[$0] }))
    #expect(drawn != (0..<24).map { grid[$0] })
    #expect(drawn.allSatisfy { $0.x <= 5 && $0.y <= 3 })
  }

  @Test func refusesSettingsOutOfRange() throws {
    #expect(throws: AdversaryError.setting(name: "side", expected: "at least 1 pixel", found: "0")) {
      try PatchBudget(side: 0)
    }
    let budget = try PatchBudget(side: 7)
    for make: () throws -> any Perturbation in [
      { try PatchPGD(budget: budget, places: 0) }, { try PatchPGD(budget: budget, steps: 0) },
      { try PatchPGD(budget: budget, stepSize: -1) }, { try PatchPGD(budget: budget, restarts: 0) },
      { try PatchPGD(budget: budget, rivals: 0) },
      { try LaVAN(budget: budget, places: 0) }, { try LaVAN(budget: budget, steps: 0) },
      { try LaVAN(budget: budget, learningRate: .nan) }, { try LaVAN(budget: budget, confidence: 0) },
      { try LaVAN(budget: budget, confidence: 1.1) },
      { try PatchRandomSearch(budget: budget, queries: 0) },
      { try PatchRandomSearch(budget: budget, restarts: 0) },
      { try PatchRandomSearch(budget: budget, share: 0) },
    ] {
      #expect(throws: AdversaryError.self) { try make() }
    }
    let linear = try LinearTask()
    for attack in PatchAttackTests.all {
      #expect(
        throws: AdversaryError.setting(
          name: "side", expected: "at most 6 pixels on pictures of 6×6", found: "7")
      ) {
        try attack.make(budget).perturb(linear.task, against: linear.classifier, workers: Workers())
      }
    }
  }
}
