import Datasets
import Tensors
import Testing

@testable import Probes

/// Pictures with one cue, beside the decision made by hand.
@Suite struct SingleCueProbeTests {
  let workers = Workers(count: 1)

  @Test func countsWhatTheDecisionNamesRightly() throws {
    var network = LocalLinearClassifier(classes: 3, size: 4, stride: 2)
    network.card.classes = ["bear", "cat", "dog"]
    let mapping = try LabelMapping(classes: network.card.classes)
    let images = RandomPictures(labels: (0..<12).map { $0 % 3 }, side: 6, broken: [5])
    let probe = SingleCueProbe(classifier: network, mapping: mapping, batchSize: 4)
    let result = try probe.run(on: images, called: "edges", workers: workers)
    #expect(result.set == "edges" && result.count == 11 && result.skipped.map(\.image) == ["picture5"])
    var correct = 0
    for index in 0..<12 where index != 5 {
      let named = mapping.decide(logits: try network.logits(of: images.image(index), on: workers).elements)
      if named == mapping.categories[index % 3] { correct += 1 }
    }
    #expect(result.correct == correct && result.accuracy == Double(correct) / 11)
    #expect(result.answers.allSatisfy { $0.shape == $0.texture && $0.shapeRank != nil })
    let resumed = try probe.run(
      on: images, called: "edges",
      after: SingleCueResult(model: "", set: "edges", answers: Array(result.answers.prefix(2))),
      workers: workers)
    #expect(resumed.answers == result.answers)
    #expect(SingleCueResult(model: "", set: "", answers: []).accuracy == nil)
  }
}
