import Adversary
import Models
import Tensors
import Testing

@testable import Probes

@Suite struct AccuracyProbeTests {
  let workers = Workers(count: 1)
  let pictures = RandomPictures(
    labels: (0..<23).map { $0 % 7 }, side: 6, broken: [4, 11])

  func network() -> LocalLinearClassifier { LocalLinearClassifier(classes: 7, size: 4, stride: 2) }

  @Test func countsWhatBruteForceCounts() throws {
    let network = network()
    let result = try AccuracyProbe(classifier: network, batchSize: 5).run(on: pictures, workers: workers)
    var top1 = 0
    var top5 = 0
    for index in 0..<23 where ![4, 11].contains(index) {
      let logits = try network.logits(of: pictures.image(index), on: workers).elements
      let better = logits.count { $0 > logits[index % 7] }
      top1 += better < 1 ? 1 : 0
      top5 += better < 5 ? 1 : 0
    }
    #expect(result.count == 21)
    #expect(result.top1Correct == top1 && result.top5Correct == top5)
    #expect(top5 > top1 && top5 < 21)
    #expect(
      result.skipped
        == [4, 11].map {
          SkippedImage(image: "picture\($0)", reason: "picture \($0) is broken")
        })
  }

  @Test func commitsEveryBatchAndResumesWithoutAskingTwice() throws {
    let whole = try AccuracyProbe(classifier: network(), batchSize: 5).run(on: pictures, workers: workers)
    var committed = AccuracyResult(model: "local", answers: [], skipped: [])
    var batches = 0
    #expect(throws: Stop.self) {
      _ = try AccuracyProbe(classifier: network(), batchSize: 5).run(on: pictures, workers: workers) {
        committed.answers += $0.answers
        committed.skipped += $0.skipped
        batches += 1
        #expect($0.done == committed.answers.count + committed.skipped.count && $0.total == 23)
        if batches == 3 { throw Stop() }
      }
    }
    #expect(committed.count == 13)
    let second = network()
    let resumed = try AccuracyProbe(classifier: second, batchSize: 5)
      .run(on: pictures, after: committed, workers: workers)
    #expect(resumed == whole)
    #expect(second.passes.count == 8)
  }

  @Test func tiesGoToTheLowestIndex() throws {
    let flat = Constant(logits: [1, 2, 2, 2, 0, 2])
    let result = try AccuracyProbe(classifier: flat)
      .run(on: RandomPictures(labels: [1], side: 4), workers: workers)
    #expect(result.answers[0].top == [1, 2, 3, 5, 0])
  }

  @Test func refusesLogitsThatAreNoNumbersNamingThePicture() throws {
    #expect(throws: ModelError.logitsNotFinite(model: "constant", image: "picture0")) {
      _ = try AccuracyProbe(classifier: Constant(logits: [0, .nan]))
        .run(on: RandomPictures(labels: [1, 1], side: 4), workers: workers)
    }
    #expect(throws: ProbeError.batchSize(found: 0)) {
      _ = try AccuracyProbe(classifier: Constant(logits: [0]), batchSize: 0)
        .run(on: RandomPictures(labels: [0], side: 4), workers: workers)
    }
  }

  @Test func cardWithOtherClassesIsRefused() throws {
    var wrong = Constant(logits: [0, 1])
    wrong.card.classes = ["a", "b", "c"]
    #expect(
      throws: ModelError.logitsShape(model: "constant", expected: "[1, 3]", found: "[1, 2]")
    ) {
      _ = try AccuracyProbe(classifier: wrong)
        .run(on: RandomPictures(labels: [0], side: 4), workers: workers)
    }
  }
}

/// Gives the same logits for every picture.
struct Constant: Classifier {
  var card: ModelCard
  let logits: [Float]

  init(logits: [Float]) {
    self.logits = logits
    card = ModelCard(
      name: "constant", architecture: "constant", classes: logits.indices.map { "class\($0)" })
  }

  func logits(of images: Tensor, on workers: Workers) throws -> Tensor {
    Tensor(
      (0..<images.shape[0]).flatMap { _ in logits }, shape: [images.shape[0], logits.count])
  }

  func differentiableLogits(of images: Tensor, on workers: Workers) throws -> DifferentiableLogits {
    let shape = images.shape
    return DifferentiableLogits(logits: try logits(of: images, on: workers)) { _ in
      Tensor(zeros: shape)
    }
  }
}
