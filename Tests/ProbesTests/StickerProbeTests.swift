import Adversary
import Models
import Tensors
import TestSupport
import Testing

@testable import Probes

@Suite struct StickerProbeTests {
  let workers = Workers(count: 1)
  let network = LocalLinearClassifier(classes: 3, size: 4, stride: 2)
  let pictures = RandomPictures(labels: (0..<17).map { $0 % 3 }, side: 10, broken: [5])

  func sticker(seed: UInt64, side: Int = 5) throws -> Sticker {
    try Sticker(colours: randomTensor([3, side, side], seed: seed), mask: .circle).quantised()
  }

  func photographs() throws -> [Sticker] {
    try (0..<2).map {
      try Sticker(colours: randomTensor([3, 5, 5], seed: 90 + UInt64($0)), mask: .square)
    }
  }

  /// Composition on whole pixels, written out.
  func pasted(_ sticker: Sticker, outline: Sticker, on image: Tensor, x: Int, y: Int) -> Tensor {
    var result = image
    for channel in 0..<3 {
      for row in 0..<5 {
        for column in 0..<5 {
          let alpha = outline.alpha[row, column]
          result[0, channel, y + row, x + column] =
            (1 - alpha) * image[0, channel, y + row, x + column]
            + alpha * sticker.colours[channel, row, column]
        }
      }
    }
    return result
  }

  @Test(arguments: [0, nil]) func answersAgreeWithBruteForce(target: Int?) throws {
    let sticker = try sticker(seed: 60)
    let photographs = try photographs()
    let probe = try StickerProbe(
      classifier: network, sticker: sticker, photographs: photographs, target: target, seed: 3,
      batchSize: 4)
    let result = try probe.run(on: pictures, workers: workers)
    #expect(result.answers.count == 16 && result.skipped.map(\.image) == ["picture5"])
    func prediction(_ image: Tensor) throws -> Int {
      let logits = try network.logits(of: image, on: workers).elements
      return logits.indices.max { logits[$0] < logits[$1] } ?? -1
    }
    var successes = [0, 0, 0]
    for answer in result.answers {
      let index = Int(answer.image.dropFirst(7)) ?? -1
      let image = try pictures.image(index)
      let (x, y) = (Int(answer.x), Int(answer.y))
      #expect((0...5).contains(x) && (0...5).contains(y) && answer.scale == 1)
      #expect(try answer.clean == prediction(image))
      let stickers = [sticker, probe.noise(for: index), photographs[index % 2]]
      let predictions = try stickers.map {
        try prediction(pasted($0, outline: sticker, on: image, x: x, y: y))
      }
      #expect(predictions == [answer.sticker, answer.noise, answer.photo])
      guard answer.label != target else { continue }
      for control in 0..<3 {
        let success = target.map { predictions[control] == $0 } ?? (predictions[control] != answer.label)
        successes[control] += success ? 1 : 0
      }
    }
    #expect(successes == [result.successes, result.noiseSuccesses, result.photoSuccesses])
    #expect(Set(result.answers.map { "\($0.x) \($0.y)" }).count > 5)
  }

  @Test func placesAndNoiseDoNotDependOnBatchesOrWorkers() throws {
    let sticker = try sticker(seed: 60)
    func run(_ batchSize: Int, _ workers: Int, seed: UInt64) throws -> StickerResult {
      try StickerProbe(
        classifier: network, sticker: sticker, photographs: photographs(), target: 1,
        positions: .random(PlacementSampler(scale: 0.8...1.4, rotation: -20...20)), seed: seed,
        batchSize: batchSize
      ).run(on: pictures, workers: Workers(count: workers))
    }
    #expect(try run(4, 1, seed: 1) == run(7, 2, seed: 1))
    #expect(try run(4, 1, seed: 1) != run(4, 1, seed: 2))
  }

  @Test func resumedRunEqualsTheWhole() throws {
    let probe = try StickerProbe(
      classifier: network, sticker: sticker(seed: 60), photographs: photographs(), target: 1,
      batchSize: 4)
    let whole = try probe.run(on: pictures, workers: workers)
    var committed: [StickerAnswer] = []
    #expect(throws: Stop.self) {
      _ = try probe.run(on: pictures, workers: workers) {
        committed += $0.answers
        if committed.count > 6 { throw Stop() }
      }
    }
    let earlier = StickerResult(model: "local", target: 1, answers: committed, skipped: [])
    #expect(!committed.isEmpty && committed.count < 16)
    #expect(try probe.run(on: pictures, after: earlier, workers: workers) == whole)
  }

  @Test func fixedPlacesAreKeptAndCheckedAgainstThePicture() throws {
    func run(_ placement: StickerPlacement) throws -> StickerResult {
      try StickerProbe(
        classifier: network, sticker: sticker(seed: 60), photographs: photographs(), target: 1,
        positions: .fixed(placement)
      ).run(on: pictures, workers: workers)
    }
    let result = try run(StickerPlacement(x: 5, y: 2))
    #expect(result.answers.allSatisfy { $0.x == 5 && $0.y == 2 })
    #expect(
      throws: ProbeError.placementOutside(x: 6, y: 2, imageWidth: 10, imageHeight: 10)
    ) { _ = try run(StickerPlacement(x: 6, y: 2)) }
  }

  @Test func refusesWhatCannotBeTested() throws {
    let sticker = try sticker(seed: 1)
    #expect(throws: ProbeError.noControlPhotographs) {
      _ = try StickerProbe(classifier: network, sticker: sticker, photographs: [], target: 1)
    }
    #expect(throws: ProbeError.controlSide(expected: 5, found: 4)) {
      _ = try StickerProbe(
        classifier: network, sticker: sticker, photographs: [self.sticker(seed: 2, side: 4)], target: 1)
    }
    #expect(throws: ModelError.classOutOfRange(index: 3, count: 3, model: "local")) {
      _ = try StickerProbe(
        classifier: network, sticker: sticker, photographs: [sticker], target: 3)
    }
    let large = try self.sticker(seed: 2, side: 11)
    #expect(throws: AdversaryError.self) {
      _ = try StickerProbe(classifier: network, sticker: large, photographs: [large], target: 1)
        .run(on: pictures, workers: workers)
    }
  }
}
