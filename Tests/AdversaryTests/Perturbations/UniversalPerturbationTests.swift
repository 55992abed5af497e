import Models
import Tensors
import Testing

@testable import Adversary

@Suite struct UniversalPerturbationTests {
  /// Two classes, and pictures that all lie on the same side at known distances.
  private struct Case {
    let classifier: LinearClassifier
    let images: RandomPictures
    /// For each picture the length along the best direction at which it crosses.
    let thresholds: [Double]

    init(_ norm: PerturbationNorm, count: Int = 40) throws {
      let images = RandomPictures(labels: Array(repeating: 0, count: count), height: 5, width: 5)
      let pictures = try images.images(at: Array(0..<count))
      let weights = randomTensor([2, 3, 5, 5], seed: 41, in: -1...1)
      let slope = zip(weights.row(0), weights.row(1)).map { $0 - $1 }
      func lead(_ picture: Int, _ classifier: LinearClassifier) throws -> Double {
        let logits = try classifier.logits(of: pictures.gathering(rows: [picture]), on: Workers(count: 1))
        return Double(logits[0, 0]) - Double(logits[0, 1])
      }
      let plain = LinearClassifier(weights: weights)
      let lowest = try (0..<count).map { try lead($0, plain) }.min() ?? 0
      let biased = LinearClassifier(weights: weights, bias: [Float(0.2 - lowest), 0])
      self.images = images
      classifier = biased
      let length = slope.withUnsafeBufferPointer(norm.dualLength)
      thresholds = try (0..<count).map { try lead($0, biased) / length }
    }
  }

  private let workers = Workers(count: 2)

  /// Values near 0 and 1 cannot move all the way, so that a little less is fooled than without walls.
  @Test(arguments: PerturbationNorm.both)
  func gradientStepsFoolNearlyAllThatOneDirectionCan(norm: PerturbationNorm) throws {
    let linear = try Case(norm)
    let epsilon = linear.thresholds.sorted()[linear.thresholds.count * 3 / 4]
    let attack = try UniversalGradient(
      budget: try PerturbationBudget(norm, epsilon: epsilon), steps: 200, stepSize: epsilon / 10)
    let found = try attack.perturbation(
      against: linear.classifier, on: linear.images, seed: 0, workers: workers
    ) { _ in }
    #expect(found.length <= epsilon * 1.0001)
    // The best change is the whole budget along the slope.
    let slope = zip(linear.classifier.weights.row(1), linear.classifier.weights.row(0)).map { $0 - $1 }
    let gain = zip(slope, found.change.elements).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let best = epsilon * slope.withUnsafeBufferPointer(norm.dualLength)
    #expect(gain >= 0.99 * best, "\(gain) of \(best)")
  }

  @Test(arguments: PerturbationNorm.both)
  func deepFoolReachesTheShareAskedFor(norm: PerturbationNorm) throws {
    let linear = try Case(norm)
    let epsilon = 1.3 * (linear.thresholds.max() ?? 0)
    let attack = try UniversalDeepFool(budget: try PerturbationBudget(norm, epsilon: epsilon), goal: 0.9)
    var last: Double?
    let found = try attack.perturbation(
      against: linear.classifier, on: linear.images, seed: 0, workers: workers
    ) { last = $0.fooling ?? last }
    #expect(found.length <= epsilon * 1.0001)
    let pictures = try linear.images.images(at: Array(0..<linear.images.count))
    let named = Predictions.top1(
      of: try linear.classifier.logits(of: try found.added(to: pictures, on: workers), on: workers))
    let share = Double(named.count { $0 != 0 }) / Double(named.count)
    #expect(share >= 0.9)
    #expect(last == share, "what it reports is what is so")
  }

  /// Pictures on both sides of a plane: what fools those of one class is no help with the other.
  @Test func givesTheBestRoundAndNotTheLast() throws {
    let images = RandomPictures(labels: Array(repeating: 0, count: 30), height: 5, width: 5)
    let pictures = try images.images(at: Array(0..<30))
    let classifier = LinearClassifier(weights: randomTensor([3, 3, 5, 5], seed: 12, in: -1...1))
    let clean = Predictions.top1(of: try classifier.logits(of: pictures, on: workers))
    var lowered = 0
    for seed in 0..<6 as Range<UInt64> {
      let attack = try UniversalDeepFool(
        budget: try PerturbationBudget(.linf, epsilon: 0.03), goal: 1, rounds: 5)
      var shares: [Double] = []
      let found = try attack.perturbation(against: classifier, on: images, seed: seed, workers: workers) {
        guard $0.done.isMultiple(of: 30), $0.done > shares.count * 30, let share = $0.fooling else { return }
        shares.append(share)
      }
      let named = Predictions.top1(
        of: try classifier.logits(of: try found.added(to: pictures, on: workers), on: workers))
      #expect(Double(zip(named, clean).count { $0 != $1 }) / 30 == shares.max())
      if shares.count == 5, shares.max() != shares.last { lowered += 1 }
    }
    #expect(lowered > 0, "the last round was always the best one: the test asks nothing")
  }

  @Test func changeThatIsTooShortFoolsNobody() throws {
    let linear = try Case(.l2)
    let epsilon = 0.5 * (linear.thresholds.min() ?? 0)
    let budget = try PerturbationBudget(.l2, epsilon: epsilon)
    let attacks: [any UniversalAttack] = [
      try UniversalDeepFool(budget: budget, rounds: 2),
      try UniversalGradient(budget: budget, steps: 30, stepSize: epsilon),
    ]
    for attack in attacks {
      var last: Double?
      _ = try attack.perturbation(against: linear.classifier, on: linear.images, seed: 0, workers: workers) {
        last = $0.fooling
      }
      #expect(last == 0)
    }
  }

  @Test func sameSeedGivesTheSameBytesOnAnyNumberOfThreads() throws {
    let linear = try Case(.linf)
    let budget = try PerturbationBudget(.linf, epsilon: 0.05)
    let attacks: [any UniversalAttack] = [
      try UniversalDeepFool(budget: budget, rounds: 2),
      try UniversalGradient(budget: budget, steps: 20, stepSize: 0.01),
    ]
    for attack in attacks {
      func made(_ threads: Int, seed: UInt64) throws -> Tensor {
        try attack.perturbation(
          against: linear.classifier, on: linear.images, seed: seed, workers: Workers(count: threads)
        ) { _ in }.change
      }
      #expect(try made(1, seed: 4) == made(3, seed: 4))
    }
  }

  @Test func picturesThatCannotBeReadAreLeftOut() throws {
    let linear = try Case(.linf)
    var images = linear.images
    images.broken = [0, 7]
    let attack = try UniversalGradient(
      budget: try PerturbationBudget(.linf, epsilon: 0.05), steps: 10, stepSize: 0.01)
    _ = try attack.perturbation(against: linear.classifier, on: images, seed: 0, workers: workers) { _ in }
    images.broken = Set(0..<images.count)
    #expect(throws: AdversaryError.noReadableImages(count: 40, reason: "picture 0 is broken")) {
      try attack.perturbation(against: linear.classifier, on: images, seed: 0, workers: workers) { _ in }
    }
  }
}
