import Models
import Tensors
import Testing

@testable import Adversary

/// What a universal sticker's settings do together.
@Suite struct StickerCompositionTests {
  private let workers = Workers(count: 1)
  private let network = LinearClassifier(weights: randomTensor([3, 3, 8, 8], seed: 71, in: -1...1))
  private let pictures = RandomPictures(labels: [0, 1, 0, 1, 0, 1, 0], height: 8, width: 8)

  private func attack(steps: Int = 40, _ change: (inout UniversalSticker) -> Void = { _ in })
    -> UniversalSticker
  {
    var attack = UniversalSticker(
      criterion: .targeted(2), side: 4, loss: .margin(confidence: .infinity), steps: steps, batchSize: 4,
      learningRate: .constant(0.05))
    change(&attack)
    return attack
  }

  private func made(_ attack: UniversalSticker, heldBack: (any ImageSource)? = nil) throws
    -> StickerOptimization
  {
    try attack.optimise(
      against: [AttackedClassifier(network)], on: pictures, holdingBack: heldBack, workers: workers)
  }

  @Test(arguments: PerturbationNorm.both) func aDisguisedStickerStaysNearItsStart(norm: PerturbationNorm)
    throws
  {
    let start = try Sticker(colours: randomTensor([3, 4, 4], seed: 72), mask: .circle)
    let bound = try PerturbationBudget(norm, epsilon: norm == .linf ? 0.1 : 0.6)
    let result = try made(
      attack {
        $0.start = .sticker(start)
        $0.bound = bound
      })
    let distance = result.sticker.colours.withUnsafeBuffer { colours in
      start.colours.withUnsafeBuffer { norm.distance(colours, $0) }
    }
    #expect(distance <= bound.reach && distance > 0.9 * bound.epsilon, "\(distance)")
    #expect(result.sticker.alpha == start.alpha)
  }

  @Test func printableColoursDrawTheStickerTowardsThem() throws {
    let printable: [SIMD3<Float>] = [[0.2, 0.2, 0.2], [0.8, 0.3, 0.3]]
    func score(_ weight: Float) throws -> Double {
      let result = try made(
        attack(steps: 80) {
          $0.printingWeight = weight
          $0.printable = printable
          $0.start = .noise
        })
      return NonPrintability(of: result.sticker, printable: printable).value
    }
    #expect(try score(1000) < 0.3 * score(0))
  }

  @Test func everyStepRuleAndScheduleClimbs() throws {
    for rule in [StepRule.adam, .sign(momentum: 0.9), .plain(momentum: 0.9), .plain(momentum: 0)] {
      for rate in [LearningRate.constant(0.05), .cosine(0.05), .linear(0.05)] {
        var losses: [Double] = []
        _ = try attack(steps: 60) {
          $0.stepRule = rule
          $0.learningRate = rate
          $0.sampler.region = .at(x: 2, y: 2)
          $0.batchSize = 7
        }.optimise(against: [AttackedClassifier(network)], on: pictures, workers: workers) {
          losses.append($0.loss)
        }
        let (first, last) = (losses[0], losses[losses.count - 1])
        #expect(last < first - 0.5, "\(rule), \(rate): \(first) to \(last)")
      }
    }
  }

  @Test func looksAreDrawnFromTheSeed() throws {
    func colours(_ threads: Int, seed: UInt64, passSize: Int = 16) throws -> Tensor {
      try attack(steps: 6) {
        $0.appearance = AppearanceSampler(
          brightness: -0.1...0.1, contrast: 0.8...1.2, gamma: 0.8...1.2, blur: 0...0.8, noise: 0...0.05,
          quality: 40...90)
        $0.sampler = PlacementSampler(
          scale: 0.8...1.1, rotation: -20...20, onWholePixels: false, perspective: 0.2)
        $0.seed = seed
        $0.passSize = passSize
        $0.stepRule = .plain(momentum: 0)
      }.optimise(against: [AttackedClassifier(network)], on: pictures, workers: Workers(count: threads))
        .sticker.colours
    }
    #expect(try colours(1, seed: 1) == colours(3, seed: 1))
    #expect(try colours(1, seed: 1) != colours(1, seed: 2))
    let (whole, parts) = (try colours(1, seed: 1), try colours(1, seed: 1, passSize: 3))
    #expect(zip(whole.elements, parts.elements).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  @Test func keepsTheBestByPicturesHeldBack() throws {
    // A step so long that the sticker jumps about: its last state is seldom its best.
    let heldBack = RandomPictures(labels: [0, 1, 0, 1], height: 8, width: 8)
    var shares: [Double] = []
    let plan = attack(steps: 30) {
      $0.learningRate = .constant(0.9)
      $0.choice = .init(interval: 3)
    }
    let done = try plan.optimise(
      against: [AttackedClassifier(network)], on: pictures, holdingBack: heldBack, workers: workers
    ) { if let share = $0.heldBackSuccess { shares.append(share) } }
    #expect(shares.count == 10)
    // Judged anew, the chosen sticker does as well as the best that was seen.
    var judge = try StickerJudge(
      .init(interval: 1), attack: plan, classifiers: [AttackedClassifier(network)], images: heldBack)
    #expect(try judge.judge(done.chosen, workers: workers) == shares.max())
    #expect(done.chosen == done.chosen.quantised())
  }

  @Test func givesUpWhenNothingImproves() throws {
    let plan = attack(steps: 500) {
      $0.learningRate = .constant(1e-7)
      $0.choice = .init(interval: 2, patience: 3)
    }
    let done = try made(plan, heldBack: pictures)
    #expect(done.isFinished && done.step < 500, "\(done.step) steps")
    #expect(throws: AdversaryError.self) { try made(plan) }
  }

  @Test func worstPlacesAreWhereTheSearchFindsThem() throws {
    // Where the weights of the target stand out, a sticker does most: training there must find that corner.
    let corner = Tensor(
      (0..<2 * 192).map { index in
        let (row, column) = (index / 8 % 8, index % 8)
        return index >= 192 && row >= 4 && column >= 4 ? 1 : 0
      }, shape: [2, 3, 8, 8])
    let plan = UniversalSticker(
      criterion: .targeted(1), side: 4, loss: .margin(confidence: .infinity),
      places: .worst(stride: 2, every: 3),
      steps: 30, batchSize: 2, learningRate: .constant(0.1))
    let result = try plan.optimise(
      against: [AttackedClassifier(LinearClassifier(weights: corner))],
      on: RandomPictures(labels: [0, 0, 0], height: 8, width: 8), workers: workers)
    // Everything in the corner counts for the target, so that a sticker that always lies there turns white.
    #expect(result.sticker.colours.elements.allSatisfy { $0 > 0.99 })
  }

  @Test func settingsThatCannotBeAreRefused() {
    let wrong: [UniversalSticker] = [
      attack { $0.printingWeight = 1 }, attack { $0.printingWeight = -1 },
      attack { $0.appearance.gamma = 0...1 }, attack { $0.places = .worst(stride: 0, every: 1) },
      attack { $0.choice = .init(interval: 0) }, attack { $0.stepRule = .plain(momentum: 2) },
      attack { $0.sampler.perspective = 0.5 }, attack { $0.sampler.region = .at(x: 7, y: 0) },
    ]
    for plan in wrong { #expect(throws: AdversaryError.self) { try made(plan, heldBack: pictures) } }
  }
}
