import Foundation
import Layers
import Models
import Tensors
import TestSupport
import Testing

@testable import Probes

@Suite struct AttributionScoreTests {
  private let workers = Workers(count: 2)
  private let network = LocalLinearClassifier(classes: 3, size: 5, stride: 3)

  // MARK: The truth

  @Test func aCellsShareIsItsShapleyValue() throws {
    let picture = randomTensor([1, 3, 8, 11], seed: 2)
    let map = try HeatmapProbe(classifier: network).evidence(in: picture, name: "p", for: 1, on: workers)
    let truth = CellTruth(map, height: 8, width: 11)
    let cells = map.cells.count
    try #require(cells == 6)
    // The game: the logit with some cells' logits left out. By its definition, over all orders of joining.
    func value(_ coalition: Set<Int>) -> Double {
      coalition.sorted().reduce(0) { $0 + Double(map.cells[$1]) / Double(cells) }
    }
    var shapley = [Double](repeating: 0, count: cells)
    var orders = 0
    func join(_ present: [Int]) {
      guard present.count < cells else {
        orders += 1
        return
      }
      for cell in 0..<cells where !present.contains(cell) { join(present + [cell]) }
    }
    join([])
    func visit(_ present: [Int]) {
      for cell in 0..<cells where !present.contains(cell) {
        // Orders that begin with `present` and `cell`.
        let rest = (1...max(1, cells - present.count - 1)).reduce(1, *)
        shapley[cell] += Double(rest) * (value(Set(present + [cell])) - value(Set(present)))
        visit(present + [cell])
      }
    }
    visit([])
    #expect(orders == 720)
    for (found, expected) in zip(truth.contributions, shapley.map { $0 / 720 }) {
      #expect(abs(found - expected) < 1e-9)
    }
    #expect(abs(truth.contributions.reduce(0, +) - Double(map.logit)) < 1e-5)
  }

  @Test func poolingKeepsSumsAndSplitsWhatSeveralCellsSee() throws {
    let map = EvidenceMap(
      model: "m", image: "i", classIndex: 0, logit: 3, cells: [2, 4], rows: 1, columns: 2,
      receptiveField: ReceptiveField(size: 3, stride: 2, offset: 0))
    let truth = CellTruth(map, height: 3, width: 6)
    #expect(truth.contributions == [1, 2])
    // Columns 0, 1 | 2 | 3, 4: the one between is seen by both, column 5 by none.
    let row: [Float] = [1, 2, 10, 3, 4, 100]
    let values: [Float] = row + row + row
    let expected: [Double] = [24, 36]
    #expect(truth.pooled(values) == expected)
    let spread = truth.pixelMap
    let (ninth, third): (Float, Float) = (1 / 9, 1 / 3)
    #expect(abs(spread[0] - ninth) < 1e-6)
    #expect(abs(spread[2] - third) < 1e-6)
    #expect(spread[5] == 0)
    #expect(abs(spread.reduce(0, +) - 3) < 1e-5)
  }

  @Test func correlationsAreTheTextbooks() throws {
    let (x, y) = ([1.0, 2, 3, 4, 5], [2.0, 1, 4, 3, 7])
    // r = 12 / √(10 · 21.2) by hand; ranks 2 1 4 3 5, so ρ = 1 − 6 · 4 / (5 · 24).
    let byHand: Double = 12 / Double(212).squareRoot()
    let pearson = try #require(Agreement.pearson(x, y))
    #expect(abs(pearson - byHand) < 1e-12)
    let spearman = try #require(Agreement.spearman(x, y))
    #expect(abs(spearman - 0.8) < 1e-12)
    // Ties share their mean rank: 0.5, 0.5, 2 against 0, 1, 2.
    let tied = try #require(Agreement.spearman([1, 1, 9], [4, 5, 6]))
    let byRanks: Double = 1.5 / Double(3).squareRoot()
    #expect(abs(tied - byRanks) < 1e-12)
    #expect(Agreement.pearson([1, 1], [1, 2]) == nil && Agreement.pearson([1], [1]) == nil)
    #expect(Agreement.relativeError(of: [3, 0], to: [0, 4]) == 1.25)
    #expect(Agreement.relativeError(of: [1], to: [0]) == nil)
    let area = RankingScores.area([1, 0.5, 0], shares: [0, 0.2, 1])
    #expect(abs(area - 0.35) < 1e-7)
  }

  // MARK: The probe

  private func probe(_ rankings: [AttributionRanking], of classifier: any Classifier) throws
    -> AttributionScoreProbe
  {
    var settings = AttributionSettings()
    settings.batchSize = 7
    return try AttributionScoreProbe(
      classifier: classifier, rankings: rankings, patchSide: 4, subsets: 12, settings: settings)
  }

  @Test func onALinearNetworkGradientTimesInputIsWhatMaskingTakes() throws {
    // The card's mean colour is black, so masking a patch takes exactly its share of the logit.
    let images = RandomPictures(labels: [0, 1, 2], side: 17)
    let result = try probe([.method(.gradientTimesInput), .random], of: network).run(
      on: images, workers: workers)
    #expect(result.count == 3 && result.rankings == ["gradient_times_input", "random"])
    for answer in result.answers {
      let (exact, random) = (answer.rankings[0], answer.rankings[1])
      for correlation in exact.sensitivity { #expect(try #require(correlation) > 0.9999) }
      #expect(exact.deletion.count == 21 && exact.insertion.count == 21)
      #expect(exact.deletion.first == exact.insertion.last && exact.deletion.last == exact.insertion.first)
      #expect(exact.deletion.first == random.deletion.first)
      let shares = AttributionScoreProbe.shares
      #expect(
        RankingScores.area(exact.deletion, shares: shares)
          < RankingScores.area(random.deletion, shares: shares))
      #expect(
        RankingScores.area(exact.insertion, shares: shares)
          > RankingScores.area(random.insertion, shares: shares))
    }
    let summary = result.summaries[0]
    #expect(try #require(summary.meanSensitivity).value > 0.9999)
    #expect(try #require(summary.deletionArea).value < #require(result.summaries[1].deletionArea).value)
  }

  @Test func curvesAreThoseOfPicturesMaskedByHand() throws {
    let images = RandomPictures(labels: [1], side: 12)
    let answer = try #require(
      try probe([.method(.gradientTimesInput)], of: network).run(on: images, workers: workers).answers.first)
    let picture = Tensor(stacking: [try images.image(0).reshaped(to: [3, 12, 12])])
    let map = try AttributionProbe(classifier: network).attribution(
      in: picture, name: "picture0", for: answer.classIndex, method: .gradientTimesInput, on: workers
    ).map
    // Nine patches of 4 px; at half of them 4.5 rounds to 5.
    let sums = (0..<9).map { patch in
      (0..<16).reduce(0.0) { sum, index in
        let (row, column) = (patch / 3 * 4 + index / 4, patch % 3 * 4 + index % 4)
        return sum + Double(map.values[row * 12 + column])
      }
    }
    let order = (0..<9).sorted { sums[$0] > sums[$1] }
    var masked = picture
    for patch in order.prefix(5) {
      for channel in 0..<3 {
        for row in 0..<4 {
          for column in 0..<4 { masked[0, channel, patch / 3 * 4 + row, patch % 3 * 4 + column] = 0 }
        }
      }
    }
    let logits = try network.logits(of: masked, on: workers).elements.map(Double.init)
    let exponentials = logits.map { exp($0) }
    let probability = exponentials[answer.classIndex] / exponentials.reduce(0, +)
    #expect(abs(Double(answer.rankings[0].deletion[10]) - probability) < 1e-6)
  }

  @Test func aBagNetsMapsAreHeldAgainstItsCells() throws {
    let images = RandomPictures(labels: [0, 1], side: 17)
    let rankings: [AttributionRanking] = [
      .evidence, .method(.saliency), .method(.gradientTimesInput), .random,
    ]
    let result = try probe(rankings, of: network).run(on: images, workers: workers)
    for answer in result.answers {
      let scores = Dictionary(answer.rankings.map { ($0.ranking, $0) }) { first, _ in first }
      let evidence = try #require(scores["evidence"])
      #expect(try #require(evidence.pearson) > 0.8 && #require(evidence.relativeError) < 1)
      #expect(try #require(evidence.pearson) > #require(scores["random"]?.pearson))
      #expect(scores["saliency"]?.relativeError == nil && scores["saliency"]?.pearson != nil)
      #expect(scores["gradient_times_input"]?.relativeError != nil)
    }
    // Without locality there is no truth and no evidence map.
    let plain = try probe(rankings, of: FullPasses(network: network)).run(on: images, workers: workers)
    #expect(plain.rankings == ["saliency", "gradient_times_input", "random"])
    #expect(
      plain.answers.allSatisfy { $0.rankings.allSatisfy { $0.pearson == nil && $0.relativeError == nil } })
  }

  @Test func threadsAndResumptionChangeNothing() throws {
    let images = RandomPictures(labels: [0, 1, 2, 0], side: 17, broken: [2])
    let probe = try probe([.method(.smoothGrad), .random], of: network)
    let whole = try probe.run(on: images, workers: Workers(count: 1))
    #expect(whole.count == 3 && whole.skipped.map(\.image) == ["picture2"])
    #expect(try probe.run(on: images, workers: workers) == whole)
    var kept: [AttributionScores] = []
    #expect(throws: Stop.self) {
      try probe.run(on: images, workers: workers) { batch in
        kept += batch.answers
        if kept.count == 2 { throw Stop() }
      }
    }
    let before = network.passes.count
    let earlier = AttributionScoreResult(model: "local", rankings: whole.rankings, answers: kept)
    #expect(try probe.run(on: images, after: earlier, workers: workers) == whole)
    let one = network.passes.count - before
    _ = try probe.run(on: images, workers: workers)
    #expect(network.passes.count - before - one == 3 * one)
  }
}
