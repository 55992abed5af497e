import Adversary
import Datasets
import Distortions
import Models
import Tensors
import Testing

@testable import Probes

@Suite struct DistortionProbeTests {
  let workers = Workers(count: 1)
  let pictures = RandomPictures(labels: (0..<9).map { $0 % 3 }, side: 6, broken: [4])

  private func network() -> PixelReader { PixelReader() }

  @Test func countsWhatAKnownNetworkSees() throws {
    let result = try DistortionProbe(classifier: SpreadMeter(), seed: 1)
      .run(on: BoardAndFlat(), workers: workers)
    // A board of black and white spreads by half its contrast, 0.15 under noise of width 0, which adds width²/3 to its
    // square; the filter leaves nothing of it. Above 0.18 the meter says 1.
    #expect(
      result.answers == [
        DistortionAnswer(
          image: "board.png", label: 1,
          answers: [0, 0, 0, 0, 1, 1, 1, 1] + [1, 0, 0, 0, 0, 0, 0, 0] + [1, 1, 0, 0, 0, 0, 0, 0]),
        DistortionAnswer(
          image: "flat.png", label: 0,
          answers: [0, 0, 0, 0, 0, 1, 1, 1] + [Int](repeating: 0, count: 16)),
      ])
    #expect(result.curves.map(\.kind) == ["noise", "low-pass", "contrast"])
    #expect(
      result.curves.map { $0.points.map(\.correct) } == [
        [1, 1, 1, 1, 2, 1, 1, 1], [2, 1, 1, 1, 1, 1, 1, 1], [2, 2, 1, 1, 1, 1, 1, 1],
      ])
    #expect(result.curves[1].points.map(\.level) == DistortionKind.lowPass.levels)
    #expect(result.curves.map(\.meanDistorted) == [8.0 / 14, 0.5, 8.0 / 14])
    #expect(result.skipped.map(\.image) == ["broken.png"])
  }

  @Test func asksOnlyAboutTheKindsItIsGiven() throws {
    let result = try DistortionProbe(classifier: SpreadMeter(), kinds: [.contrast], seed: 1)
      .run(on: BoardAndFlat(), workers: workers)
    #expect(result.conditions == DistortionConditions([.contrast]))
    #expect(result.answers.first?.answers == [1, 1, 0, 0, 0, 0, 0, 0])
  }

  @Test func asksAboutCorruptionsInTheSameWay() throws {
    let kinds = [Corruption.clean, Corruption.brightness.kind([1, 5]), Corruption.frost.kind([3])]
    let one = try DistortionProbe(classifier: network(), kinds: kinds, seed: 1, batchSize: 3)
      .run(on: pictures, workers: workers)
    #expect(one.conditions.text == "clean 0.0; brightness 1.0 5.0; frost 3.0")
    #expect(one.count == 8 && one.answers.allSatisfy { $0.answers.count == 4 })
    let other = try DistortionProbe(classifier: network(), kinds: kinds, seed: 1, batchSize: 16)
      .run(on: pictures, workers: Workers(count: 3))
    #expect(other == one)
  }

  @Test func givesTheSameAnswersInAnyBatchesOnAnyThreads() throws {
    let one = try DistortionProbe(classifier: network(), seed: 5, batchSize: 1)
      .run(on: pictures, workers: workers)
    for (batch, threads) in [(7, 1), (16, 4), (100, 2)] {
      let other = try DistortionProbe(classifier: network(), seed: 5, batchSize: batch)
        .run(on: pictures, workers: Workers(count: threads))
      #expect(other == one)
    }
    #expect(one.count == 8 && Set(one.answers.flatMap(\.answers)) == [0, 1, 2])
    let reseeded = try DistortionProbe(classifier: network(), seed: 6).run(on: pictures, workers: workers)
    #expect(reseeded.answers.map { $0.answers.dropFirst(8) } == one.answers.map { $0.answers.dropFirst(8) })
    #expect(reseeded != one, "the noise follows the seed")
  }

  @Test func commitsAsItGoesAndResumesWithoutAskingTwice() throws {
    let probe = DistortionProbe(classifier: network(), seed: 5, batchSize: 8)
    let whole = try probe.run(on: pictures, workers: workers)
    var committed = DistortionResult(model: "local", conditions: whole.conditions, answers: [])
    var batches = 0
    #expect(throws: Stop.self) {
      _ = try probe.run(on: pictures, workers: workers) {
        committed.answers += $0.answers
        committed.skipped += $0.skipped
        batches += 1
        #expect($0.done == committed.answers.count + committed.skipped.count && $0.total == 9)
        if batches == 3 { throw Stop() }
      }
    }
    // Two pictures at a time: six seen, of which one is broken.
    #expect(committed.count == 5 && committed.skipped.count == 1)
    let second = network()
    let resumed = try DistortionProbe(classifier: second, seed: 5, batchSize: 8)
      .run(on: pictures, after: committed, workers: workers)
    #expect(resumed == whole)
    #expect(second.passes.count == 3 * 24)
  }

  @Test func refusesLogitsThatAreNoNumbersNamingThePicture() throws {
    #expect(throws: ModelError.logitsNotFinite(model: "constant", image: "picture0")) {
      _ = try DistortionProbe(classifier: Constant(logits: [0, .nan]), seed: 0)
        .run(on: RandomPictures(labels: [1, 1], side: 4), workers: workers)
    }
    #expect(throws: ProbeError.batchSize(found: 0)) {
      _ = try DistortionProbe(classifier: Constant(logits: [0]), seed: 0, batchSize: 0)
        .run(on: RandomPictures(labels: [0], side: 4), workers: workers)
    }
  }

  @Test func conditionsReadBackAsTheyWereWritten() {
    let conditions = DistortionConditions(DistortionKind.usual)
    #expect(DistortionConditions(text: conditions.text) == conditions)
    #expect(conditions.count == 24)
    #expect(conditions.text.hasPrefix("noise 0.0 0.03 0.05"))
    for text in ["noise 0.1 much", "noise nan", "noise 0 ; ; low-pass x"] {
      #expect(DistortionConditions(text: text) == nil, "\(text)")
    }
    #expect(DistortionConditions(text: "")?.count == 0)
  }
}

@Suite struct DistortionComparisonTests {
  /// Right at so many of the four levels beyond the weakest, for each picture.
  private func result(_ right: [Int], kind: String = "fog", from first: Int = 0) -> DistortionResult {
    DistortionResult(
      model: "m",
      conditions: DistortionConditions(series: [
        .init(kind: "a", levels: [1]), .init(kind: kind, levels: [0, 1, 2, 3, 4]),
      ]),
      answers: right.enumerated().map { place, count in
        // The weakest level is always right and must not count.
        DistortionAnswer(
          image: "\(first + place)", label: 3, answers: [3, 3] + (0..<4).map { $0 < count ? 3 : 0 })
      })
  }

  @Test func comparesEachPictureWithItself() throws {
    let (one, other) = (result([4, 3, 2, 4]), result([2, 3, 1, 1]))
    let comparison = try #require(DistortionComparison(one, other, under: "fog"))
    #expect(comparison.count == 4)
    #expect(comparison.first == 13.0 / 16 && comparison.second == 7.0 / 16)
    // Differences 1/2, 0, 1/4, 3/4 with half a win, half a loss and a draw: mean 1.5/6, mean square 1.875/6.
    let (centre, square) = (1.5 / 6, 1.875 / 6)
    let half = 1.959963984540054 * ((square - centre * centre) / 6).squareRoot()
    #expect(
      abs(comparison.lower - (centre - half)) < 1e-12 && abs(comparison.upper - (centre + half)) < 1e-12)
    #expect(!comparison.isBeyondChance)
    let turned = try #require(DistortionComparison(other, one, under: "fog"))
    #expect(abs(turned.lower + comparison.upper) < 1e-12 && turned.difference == -comparison.difference)
  }

  @Test func claimsADifferenceOnlyWithEnoughPictures() throws {
    func comparison(_ count: Int) -> DistortionComparison? {
      DistortionComparison(
        result((0..<count).map { 3 + $0 % 2 }), result((0..<count).map { 2 + $0 % 2 }), under: "fog")
    }
    // Always a quarter apart: with a deviation of 0 a plain interval would claim it of a single picture.
    let few = try #require(comparison(2))
    let many = try #require(comparison(60))
    #expect(few.difference == 0.25 && !few.isBeyondChance)
    #expect(many.difference == 0.25 && many.isBeyondChance && many.lower > 0.1 && many.upper < 0.4)
    let same = try #require(DistortionComparison(result([1, 2]), result([1, 2]), under: "fog"))
    #expect(same.difference == 0 && same.lower < 0 && same.upper > 0)
  }

  @Test func comparesNothingButTheSamePicturesAtTheSameLevels() throws {
    let one = result([4, 4, 0, 0])
    let overlapping = try #require(DistortionComparison(one, result([1, 1], from: 2), under: "fog"))
    #expect(overlapping.count == 2 && overlapping.first == 0 && overlapping.second == 0.25)
    #expect(DistortionComparison(one, result([1], from: 9), under: "fog") == nil)
    #expect(DistortionComparison(one, result([1, 2, 3, 4], kind: "rain"), under: "fog") == nil)
    #expect(DistortionComparison(one, one, under: "a") == nil, "one level has nothing beyond the weakest")
  }
}

/// Says which of three pixels is the brightest.
private struct PixelReader: Classifier {
  let card = ModelCard(name: "local", architecture: "reader", classes: ["a", "b", "c"])
  /// Counts passes.
  let passes = PassCounter()

  func logits(of images: Tensor, on workers: Workers) throws -> Tensor {
    passes.add(images.shape[0])
    let logits = (0..<images.shape[0]).flatMap { row in [0, 14, 35].map { images[row, 0, $0 / 6, $0 % 6] } }
    return Tensor(logits, shape: [images.shape[0], 3])
  }

  func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
    let shape = images.shape
    return DifferentiableLogits(logits: try logits(of: images, on: workers)) { _ in Tensor(zeros: shape) }
  }
}

/// Says 1 of pictures whose grey values spread by more than 0.18 about their mean, else 0.
private struct SpreadMeter: Classifier {
  let card = ModelCard(name: "meter", architecture: "meter", classes: ["flat", "board"])

  func logits(of images: Tensor, on workers: Workers) throws -> Tensor {
    let size = images.count / images.shape[0]
    let logits = (0..<images.shape[0]).flatMap { row -> [Float] in
      let values = images.slice(row..<row + 1).elements
      let mean: Float = values.reduce(0, +) / Float(size)
      let squares: [Float] = values.map { ($0 - mean) * ($0 - mean) }
      let spread: Float = (squares.reduce(0, +) / Float(size)).squareRoot()
      return [0.18, spread]
    }
    return Tensor(logits, shape: [images.shape[0], 2])
  }

  func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
    let shape = images.shape
    return DifferentiableLogits(logits: try logits(of: images, on: workers)) { _ in Tensor(zeros: shape) }
  }
}

/// A chess board of 16 × 16 pixels, a picture that cannot be read, and one of middle grey.
private struct BoardAndFlat: ImageSource {
  let count = 3
  func name(at index: Int) -> String { ["board.png", "broken.png", "flat.png"][index] }
  func label(at index: Int) -> Int { index == 0 ? 1 : 0 }

  func images(at indices: [Int]) throws -> Tensor {
    Tensor(
      stacking: try indices.map { index in
        if index == 1 { throw RandomPictures.Broken(index: 1) }
        return Tensor(
          (0..<3 * 256).map { index == 0 ? Float(($0 + $0 / 16) % 2) : 0.5 }, shape: [3, 16, 16])
      })
  }
}
