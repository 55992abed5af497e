import Foundation
import Models
import Tensors
import Testing

@testable import Probes

@Suite struct SensitivityProbeTests {
  let workers = Workers(count: 1)
  let pictures = RandomPictures(labels: (0..<6).map { $0 % 2 }, side: 16, broken: [3])

  @Test func masksWhatTheRankingPutsFirst() throws {
    let network = LocalLinearClassifier(classes: 2, size: 8, stride: 8)
    let rankings = try SensitivityRanking.all(for: network, bagNets: [network])
    // A classifier without layers cannot be asked for what goes through them.
    #expect(
      rankings.map(\.name) == [
        "evidence of local", "saliency", "gradient_times_input", "smoothgrad", "integrated_gradients",
        "occlusion",
        "random",
      ])
    let result = try SensitivityProbe(
      classifier: network, rankings: rankings, counts: [1, 3, 4, 9], seed: 4
    ).run(on: pictures, workers: workers)
    #expect(result.count == 5 && result.skipped.map(\.image) == ["picture3"])
    // By hand: of four cells that each see one patch, the one with the greatest logit is masked first.
    let (picture, label) = (try pictures.image(2), 0)
    let map = try network.logitMap(of: picture, on: workers)
    let cells = (0..<4).map { map[0, label, $0 / 2, $0 % 2] }
    let order = cells.indices.sorted { cells[$0] > cells[$1] }
    let colour = network.card.preprocessing.meanColour
    func probability(_ masked: [Int]) throws -> Double {
      var copy = picture
      for patch in masked {
        for channel in 0..<3 {
          for pixel in 0..<64 {
            copy[0, channel, patch / 2 * 8 + pixel / 8, patch % 2 * 8 + pixel % 8] = colour[channel]
          }
        }
      }
      let logits = try network.logits(of: copy, on: workers)
      let exponentials = [exp(Double(logits[0, 0])), exp(Double(logits[0, 1]))]
      return exponentials[label] / (exponentials[0] + exponentials[1])
    }
    let answer = result.answers[2]
    #expect(abs(answer.clean - (try probability([]))) < 1e-6)
    for (place, count) in [1, 3, 4, 4].enumerated() {
      #expect(abs(answer.probabilities[place] - (try probability(Array(order.prefix(count))))) < 1e-6)
    }
    // With everything masked no ranking matters.
    for ranking in rankings.indices {
      #expect(answer.probabilities[ranking * 4 + 3] == answer.probabilities[3])
    }
  }

  @Test func theEvidenceOfALinearNetworkIsBetterThanChance() throws {
    let network = LocalLinearClassifier(classes: 2, size: 8, stride: 8)
    let many = RandomPictures(labels: (0..<40).map { $0 % 2 }, side: 32)
    let result = try SensitivityProbe(
      classifier: network, rankings: try SensitivityRanking.all(for: network, bagNets: [network]),
      counts: [1, 2, 4, 8], seed: 1
    ).run(on: many, workers: workers)
    let curves = result.curves()
    let (evidence, random) = (try #require(curves.first), try #require(curves.last))
    #expect(evidence.ranking == "evidence of local" && random.ranking == "random")
    let answers = result.answers
    // Picture by picture, since the pictures differ more than the rankings.
    let ahead = answers.map { answer in
      (answer.probabilities.suffix(4).reduce(0, +) - answer.probabilities.prefix(4).reduce(0, +)) / 4
    }
    let interval = try #require(
      Bootstrap().interval(over: ahead.count) { drawn in
        drawn.reduce(0) { $0 + ahead[$1] } / Double(drawn.count)
      })
    #expect(interval.lowerBound > 0)
    #expect(interval.contains(evidence.meanFall - random.meanFall))
    let mean = answers.reduce(0) { $0 + $1.probabilities[1] } / 40
    #expect(abs(evidence.probabilities[1] - mean) < 1e-12)
    let fall = answers.reduce(0) { $0 + $1.clean - $1.probabilities[..<4].reduce(0, +) / 4 } / 40
    #expect(abs(evidence.meanFall - fall) < 1e-12)
  }

  @Test func takesEvidenceOnlyFromBagNetsThatKnowTheClasses() throws {
    let network = LocalLinearClassifier(classes: 3, size: 8, stride: 8, name: "three")
    let few = LocalLinearClassifier(classes: 2, size: 8, stride: 8, name: "two")
    let many = LocalLinearClassifier(classes: 4, size: 8, stride: 8, name: "four")
    let names = try SensitivityRanking.all(for: network, bagNets: [few, many]).map(\.name)
    #expect(names.filter { $0.hasPrefix("evidence") } == ["evidence of four"])
  }

  @Test func givesTheSameAnswersInAnyBatchesAndResumes() throws {
    let network = LocalLinearClassifier(classes: 2, size: 8, stride: 8)
    func probe(_ batch: Int, seed: UInt64 = 4) throws -> SensitivityProbe {
      try SensitivityProbe(
        classifier: network, rankings: try SensitivityRanking.all(for: network, bagNets: [network]),
        counts: [1, 2], seed: seed, batchSize: batch)
    }
    let whole = try probe(16).run(on: pictures, workers: workers)
    #expect(try probe(3).run(on: pictures, workers: Workers(count: 3)) == whole)
    let other = try probe(16, seed: 5).run(on: pictures, workers: workers)
    #expect(
      other.answers.map { $0.probabilities.dropLast(2) } == whole.answers.map { $0.probabilities.dropLast(2) }
    )
    #expect(other != whole, "the random ranking follows the seed")
    var fresh: [String] = []
    let earlier = SensitivityResult(
      model: "local", question: whole.question, answers: Array(whole.answers.prefix(4)),
      skipped: whole.skipped)
    let resumed = try probe(16).run(on: pictures, after: earlier, workers: workers) {
      fresh += $0.answers.map(\.image)
    }
    #expect(resumed == whole && fresh == ["picture5"])
  }
}
