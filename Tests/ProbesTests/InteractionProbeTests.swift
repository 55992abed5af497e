import Adversary
import Models
import Tensors
import Testing

@testable import Probes

@Suite struct InteractionProbeTests {
  let workers = Workers(count: 1)
  let pictures = RandomPictures(labels: (0..<12).map { $0 % 3 }, side: 16, broken: [7])

  @Test func masksStandOnEverySecondTileOfEverySecondRow() throws {
    let masks = try MaskLayout(side: 2, gap: 2).masks(height: 9, width: 6)
    #expect(
      masks
        == [0, 4].flatMap { top in
          [0, 4].map { PixelRectangle(top: top, left: $0, height: 2, width: 2) }
        })
    #expect(throws: ProbeError.tooFewMasks(side: 8, gap: 8, height: 16, width: 16)) {
      try MaskLayout(side: 8, gap: 8).masks(height: 16, width: 16)
    }
  }

  @Test func saysWhetherACellSeesTwoMasksAsCountingDoes() {
    for size in [1, 2, 3, 5, 9] {
      for stride in [1, 2, 4] where stride <= size {
        let network = LocalLinearClassifier(classes: 1, size: size, stride: stride)
        for side in [1, 2, 3] {
          for gap in 0...9 {
            let layout = MaskLayout(side: side, gap: gap)
            guard let masks = try? layout.masks(height: 16, width: 16) else { continue }
            let field = network.receptiveField
            let cells = (0..<field.cellCount(on: 16)).map { field.pixels(of: $0) }
            let most =
              cells.flatMap { rows in
                cells.map { columns in
                  masks.count { $0.rows.overlaps(rows) && $0.columns.overlaps(columns) }
                }
              }.max() ?? 0
            #expect(layout.isAdditive(for: field, height: 16, width: 16) == (most <= 1))
            if gap >= size - 1 { #expect(most <= 1) }
          }
        }
      }
    }
  }

  @Test func effectsAddUpInALinearNetworkWhateverTheMasks() throws {
    let network = LocalLinearClassifier(classes: 3, size: 3, stride: 2)
    let question = InteractionQuestion(layouts: [MaskLayout(side: 2, gap: 2), MaskLayout(side: 4, gap: 1)])
    let result = try InteractionProbe(classifier: network, question: question)
      .run(on: pictures, workers: workers)
    #expect(result.count == 11 && result.skipped.map(\.image) == ["picture7"])
    for point in result.points() {
      #expect(try #require(point.correlation) > 1 - 1e-6)
      #expect(try #require(point.greatestDifference) < 1e-4)
    }
  }

  /// The logit is the product of the means of the upper and the lower half: no effect below is without the other.
  struct Product: Classifier {
    let card = ModelCard(name: "product", architecture: "product", classes: ["a"])
    func logits(of images: Tensor, on workers: Workers) throws -> Tensor {
      let half = images.shape[2] / 2 * images.shape[3]
      return Tensor(
        (0..<images.shape[0]).map { image in
          let values = images.slice(image..<image + 1).elements
          return values[..<half].reduce(0, +) / Float(half) * values[half..<2 * half].reduce(0, +)
            / Float(half)
        }, shape: [images.shape[0], 1])
    }
    func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
      throw Stop()
    }
  }

  @Test func countsWhatMasksDoTogetherAndAlone() throws {
    // Two masks of half a picture's width each: one above, one below.
    let ones = OnesPicture()
    let result = try InteractionProbe(
      classifier: Product(), question: InteractionQuestion(layouts: [MaskLayout(side: 2, gap: 2)])
    ).run(on: ones, workers: workers)
    // Of 8 × 4 pixels each half has one mask of 4 of 16 pixels, black without a mean colour: 1 − 0.75² together, and
    // twice 1 − 0.75 alone. The card's mean colour is that of its preprocessing, here none.
    let answer = try #require(result.answers.first)
    let colour = Double(Product().card.preprocessing.meanColour[0])
    let half = 0.75 + 0.25 * colour
    #expect(abs(answer.joint[0] - (1 - half * half)) < 1e-6)
    #expect(abs(answer.sum[0] - 2 * (1 - half)) < 1e-6)
  }

  struct OnesPicture: ImageSource {
    var count: Int { 1 }
    func label(at index: Int) -> Int { 0 }
    func name(at index: Int) -> String { "ones" }
    func images(at indices: [Int]) throws -> Tensor {
      // Only the left half is wide enough for a mask.
      Tensor([Float](repeating: 1, count: indices.count * 3 * 8 * 4), shape: [indices.count, 3, 8, 4])
    }
  }

  @Test func exactWindowsGiveWhatWholePassesGive() throws {
    let network = LocalLinearClassifier(classes: 3, size: 5, stride: 2)
    let question = InteractionQuestion(layouts: [MaskLayout(side: 3, gap: 2)])
    let windows = try InteractionProbe(classifier: network, question: question, batchSize: 5)
      .run(on: pictures, workers: workers)
    let whole = try InteractionProbe(classifier: FullPasses(network: network), question: question)
      .run(on: pictures, workers: workers)
    for (one, other) in zip(windows.answers, whole.answers) {
      #expect(abs(one.joint[0] - other.joint[0]) < 1e-5 && abs(one.sum[0] - other.sum[0]) < 1e-5)
    }
    #expect(
      try InteractionProbe(classifier: network, question: question, batchSize: 5)
        .run(on: pictures, workers: Workers(count: 3)) == windows)
  }

  @Test func resumesWithoutAskingTwice() throws {
    let network = LocalLinearClassifier(classes: 3, size: 3, stride: 2)
    let question = InteractionQuestion(layouts: [MaskLayout(side: 2, gap: 6)])
    let probe = InteractionProbe(classifier: network, question: question)
    let whole = try probe.run(on: pictures, workers: workers)
    let earlier = InteractionResult(
      model: "local", question: question, answers: Array(whole.answers.prefix(10)), skipped: whole.skipped)
    var fresh: [String] = []
    let resumed = try probe.run(on: pictures, after: earlier, workers: workers) {
      fresh += $0.answers.map(\.image)
    }
    #expect(resumed == whole && fresh == ["picture11"])
  }
}
