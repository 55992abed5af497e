import Adversary
import Models
import Tensors
import TestSupport
import Testing

@testable import Probes

@Suite struct PerturbationProbeTests {
  private let network = LocalLinearClassifier(classes: 3, size: 4, stride: 2)
  private let pictures = RandomPictures(labels: (0..<14).map { $0 % 3 }, side: 8, broken: [4])
  private let workers = Workers(count: 1)

  private func question(_ epsilon: Double?, target: Int? = nil) -> PerturbationQuestion {
    PerturbationQuestion(
      attack: epsilon == nil ? "deepfool" : "apgd-ce", norm: .linf, epsilon: epsilon, target: target)
  }

  private func probe(_ epsilon: Double, target: Int? = nil, batch: Int = 5) throws -> PerturbationProbe {
    PerturbationProbe(
      classifier: network, question: question(epsilon, target: target),
      attack: try AutoPGD(
        budget: try PerturbationBudget(.linf, epsilon: epsilon), aim: .goal(.crossEntropy), steps: 20),
      seed: 7, batchSize: batch)
  }

  @Test func attacksWhatIsRightAndReportsWhatTheNetworkSays() throws {
    let result = try probe(0.3).run(on: pictures, workers: workers)
    #expect(result.count == 13 && result.skipped.map(\.image) == ["picture4"])
    let clean = try AccuracyProbe(classifier: network).run(on: pictures, workers: workers)
    #expect(result.answers.map(\.clean) == clean.answers.map { $0.top[0] })
    for answer in result.answers where answer.clean != answer.label {
      #expect(answer.adversarial == answer.clean && answer.length == 0 && answer.queries == 1)
    }
    for answer in result.attacked {
      #expect(answer.length <= PerturbationBudget.reach(of: 0.3))
      #expect(answer.queries >= 3)
    }
    let standing = result.answers.count { $0.clean == $0.label && $0.adversarial == $0.label }
    #expect(result.robustCorrect() == standing)
    #expect(result.attacked.count == result.cleanCorrect)
    #expect(result.successes.count + standing == result.cleanCorrect)
    #expect(result.robustCorrect() < result.cleanCorrect, "ε = 0.3 is a lot for this network")
  }

  @Test func moreIsAllowedTheLessIsLeft() throws {
    let left = try [0, 0.002, 0.01, 0.03, 1].map {
      try probe($0).run(on: pictures, workers: workers).robustCorrect()
    }
    #expect(left == left.sorted(by: >))
    #expect(left.last == 0 && left[0] > 0)
  }

  @Test func theSmallestChangesGiveTheWholeCurve() throws {
    let smallest = try PerturbationProbe(
      classifier: network, question: question(nil), attack: try DeepFool(norm: .linf, overshoot: 0), seed: 0
    ).run(on: pictures, workers: workers)
    #expect(smallest.robustCorrect() == 0 && smallest.robustCorrect(within: 0) == smallest.cleanCorrect)
    let median = try #require(smallest.medianLength)
    let lengths = smallest.attacked.map(\.length).sorted()
    #expect(lengths.count { $0 < median } <= lengths.count / 2)
    #expect(lengths.count { $0 > median } <= lengths.count / 2)
    for epsilon in [0.003, 0.01, 0.02] {
      let bounded = try probe(epsilon).run(on: pictures, workers: workers)
      #expect(abs(bounded.robustCorrect() - smallest.robustCorrect(within: epsilon)) <= 1)
    }
  }

  @Test func aTargetCountsOnlyPicturesThatNeitherShowItNorAreTakenForIt() throws {
    let result = try probe(0.5, target: 2).run(on: pictures, workers: workers)
    #expect(result.attacked.allSatisfy { $0.label != 2 && $0.clean != 2 })
    #expect(!result.attacked.isEmpty && result.successes.count == result.attacked.count)
    #expect(result.successes.allSatisfy { $0.adversarial == 2 })
    #expect(throws: ModelError.self) {
      try probe(0.3, target: 3).run(on: pictures, workers: workers)
    }
  }

  @Test func givesTheSameAnswersInAnyBatchesAndAfterAnyInterruption() throws {
    let whole = try probe(0.01).run(on: pictures, workers: workers)
    for (batch, threads) in [(1, 1), (7, 3), (100, 2)] {
      #expect(try probe(0.01, batch: batch).run(on: pictures, workers: Workers(count: threads)) == whole)
    }
    var kept: [PerturbationAnswer] = []
    #expect(throws: Stop.self) {
      try probe(0.01).run(on: pictures, workers: workers) { batch in
        if batch.done > 9 { throw Stop() }
        kept += batch.answers
      }
    }
    #expect(!kept.isEmpty && kept.count < whole.count)
    let earlier = PerturbationResult(model: "local", question: question(0.01), answers: kept)
    #expect(try probe(0.01).run(on: pictures, after: earlier, workers: workers) == whole)
  }

  @Test func oneChangeForAllIsAskedAboutOnEveryPicture() throws {
    let change = randomTensor([3, 8, 8], seed: 2, in: -0.2...0.2)
    let added = AddedPerturbation(UniversalPerturbation(change: change, norm: .linf))
    let probe = PerturbationProbe(
      classifier: network, question: question(0.2), attack: added, includesWrong: true, seed: 0)
    let result = try probe.run(on: pictures, workers: workers)
    for answer in result.answers {
      #expect(answer.length > 0.1 && answer.length <= 0.2)
    }
    let changed = change.elements
    let first = try pictures.image(0)
    let sum = Tensor(zip(first.elements, changed).map { min(max($0 + $1, 0), 1) }, shape: first.shape)
    #expect(
      result.answers[0].adversarial == Predictions.top1(of: try network.logits(of: sum, on: workers))[0])
    #expect(result.fooled == result.answers.count { $0.adversarial != $0.clean })
  }

  // MARK: Stickers

  private func stickers(
    _ side: Int, classifier: (any Classifier)? = nil, batch: Int = 5
  ) throws -> PerturbationProbe {
    PerturbationProbe(
      classifier: classifier ?? network,
      question: PerturbationQuestion(attack: "patch-pgd", side: side, target: nil),
      attack: try PatchPGD(budget: try PatchBudget(side: side), places: 2, steps: 10), seed: 7,
      batchSize: batch)
  }

  @Test func tellsWhereEachStickerLies() throws {
    let result = try stickers(6).run(on: pictures, workers: workers)
    #expect(result.count == 13 && !result.attacked.isEmpty && !result.successes.isEmpty)
    for answer in result.answers {
      #expect((answer.place != nil) == (answer.clean == answer.label))
      if let place = answer.place {
        #expect(place.side == 6 && (0...2).contains(place.x) && (0...2).contains(place.y))
        #expect(answer.length <= 108.0.squareRoot(), "of 108 values none goes farther than 1")
      }
    }
    let left = try [1, 3, 8].map { try stickers($0).run(on: pictures, workers: workers).robustCorrect() }
    #expect(left == left.sorted(by: >) && left[0] > left[2] && left[2] == 0)
  }

  /// A network that keeps to itself how local it is.
  private struct Whole: Classifier {
    let inner: LocalLinearClassifier
    var card: ModelCard { inner.card }
    func logits(of images: Tensor, on workers: Workers) throws -> Tensor {
      try inner.logits(of: images, on: workers)
    }
    func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
      try inner.differentiableLogits(of: images, on: workers)
    }
  }

  @Test func whatSeesTheStickerAloneTellsTheSameAsTheWholePicture() throws {
    for side in [2, 4] {
      let local = try stickers(side).run(on: pictures, workers: workers)
      let whole = try stickers(side, classifier: Whole(inner: network)).run(on: pictures, workers: workers)
      #expect(local.answers.map(\.place) == whole.answers.map(\.place))
      #expect(local.answers.map(\.adversarial) == whole.answers.map(\.adversarial))
      for (one, other) in zip(local.answers, whole.answers) { #expect(abs(one.length - other.length) < 1e-5) }
    }
  }

  @Test func stickersAreTheSameInAnyBatchesAndAfterAnyInterruption() throws {
    let whole = try stickers(3).run(on: pictures, workers: workers)
    for (batch, threads) in [(1, 1), (7, 3)] {
      #expect(try stickers(3, batch: batch).run(on: pictures, workers: Workers(count: threads)) == whole)
    }
    let earlier = PerturbationResult(
      model: "local", question: whole.question, answers: Array(whole.answers.prefix(6)))
    #expect(try stickers(3).run(on: pictures, after: earlier, workers: workers) == whole)
  }

  // MARK: Warnings

  private func answers(_ adversarial: [Int], finder: String? = nil, vanished: Bool = false)
    -> [PerturbationAnswer]
  {
    adversarial.enumerated().map { place, named in
      PerturbationAnswer(
        image: "\(place)", label: 0, clean: 0, adversarial: named, length: 0.01, queries: 5,
        finder: named == 0 ? nil : finder, hasVanishedGradient: vanished && place < 2)
    }
  }

  @Test func warnsOfGradientsThatVanishOnMoreThanATenth() {
    let some = Array(repeating: 0, count: 10)
    func result(_ answers: [PerturbationAnswer]) -> PerturbationResult {
      PerturbationResult(model: "m", question: question(0.1), answers: answers)
    }
    #expect(AttackChecks.warnings(in: result(answers(some))).isEmpty)
    #expect(AttackChecks.warnings(in: result(answers(some, vanished: true))).count == 1)
    #expect(
      AttackChecks.warnings(in: result(answers(some + some, vanished: true))).isEmpty, "2 of 20 is a tenth")
    #expect(AttackChecks.warnings(in: result(answers([1, 0], finder: "apgd-t"))).isEmpty)
    #expect(AttackChecks.warnings(in: result(answers([1, 0], finder: "square")))[0].contains("black-box"))
  }

  @Test func warnsWhenMoreIsAllowedAndMoreIsLeft() {
    func result(_ epsilon: Double, standing: Int) -> PerturbationResult {
      PerturbationResult(
        model: "m", question: question(epsilon),
        answers: answers((0..<6).map { $0 < standing ? 0 : 1 }))
    }
    #expect(AttackChecks.warnings(across: [result(0.1, standing: 2), result(0.01, standing: 4)]).isEmpty)
    let warnings = AttackChecks.warnings(across: [result(0.1, standing: 3), result(0.01, standing: 2)])
    #expect(warnings.count == 1 && warnings[0].contains("too weak"))
    func sticker(_ side: Int, standing: Int) -> PerturbationResult {
      PerturbationResult(
        model: "m", question: PerturbationQuestion(attack: "lavan", side: side, target: nil),
        answers: answers((0..<6).map { $0 < standing ? 0 : 1 }))
    }
    #expect(AttackChecks.warnings(across: [sticker(9, standing: 1), sticker(3, standing: 2)]).isEmpty)
    #expect(
      AttackChecks.warnings(across: [sticker(9, standing: 3), sticker(10, standing: 4)]) == [
        "4 pictures withstand a side of 10 px, but only 3 withstand a side of 9 px: the attack is too weak there"
      ])
    #expect(AttackChecks.warnings(withoutBudget: result(1, standing: 0)).isEmpty)
    #expect(AttackChecks.warnings(withoutBudget: result(1, standing: 2))[0].contains("2 of 6"))
  }

  /// Answers with probabilities, or with a little noise.
  private final class Odd: Classifier, @unchecked Sendable {
    let inner = LocalLinearClassifier(classes: 3, size: 4, stride: 2)
    let isNoisy: Bool
    private var calls = 0
    init(isNoisy: Bool) { self.isNoisy = isNoisy }
    var card: ModelCard { inner.card }
    func logits(of images: Tensor, on workers: Workers) throws -> Tensor {
      calls += 1
      if isNoisy { return try inner.logits(of: images, on: workers).map { $0 + Float(self.calls) * 0.01 } }
      return Tensor(repeating: 1.0 / 3, shape: [images.shape[0], 3])
    }
    func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
      try inner.differentiableLogits(of: images, on: workers)
    }
  }

  @Test func warnsOfNetworksThatAnswerOddly() throws {
    #expect(try AttackChecks.warnings(about: network, on: pictures, workers: workers).isEmpty)
    let noisy = try AttackChecks.warnings(about: Odd(isNoisy: true), on: pictures, workers: workers)
    #expect(noisy.count == 1 && noisy[0].contains("differently"))
    let soft = try AttackChecks.warnings(about: Odd(isNoisy: false), on: pictures, workers: workers)
    #expect(soft.count == 1 && soft[0].contains("probabilities"))
  }
}
