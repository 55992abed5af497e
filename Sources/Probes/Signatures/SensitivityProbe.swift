import Adversary
import Foundation
import Models
import Tensors

/// Which rankings are compared and how much is masked: the fourth signature's question.
public struct SensitivityQuestion: Codable, Hashable, Sendable {
  /// The rankings' names.
  public var rankings: [String]
  /// How many patches are masked, ascending.
  public var counts: [Int]
  /// A patch's side in pixels.
  public var side: Int

  public init(rankings: [String], counts: [Int], side: Int) {
    self.rankings = rankings
    self.counts = counts
    self.side = side
  }
}

/// How far the true class' probability falls when the patches that a map ranks highest are masked with the network's
/// mean colour (Brendel & Bethge 2019, 1904.00760): the better the map, the faster.
public struct SensitivityProbe: Sendable {
  public let classifier: any Classifier
  public let rankings: [SensitivityRanking]
  public let question: SensitivityQuestion
  /// Decides the random ranking; a picture's depends on its name besides, and on nothing else.
  public let seed: UInt64
  /// Pictures the network sees at once.
  public let batchSize: Int

  /// - Parameters:
  ///   - counts: how many patches to mask; more than a picture has mask all.
  ///   - side: of a patch, in pixels.
  public init(
    classifier: any Classifier, rankings: [SensitivityRanking], counts: [Int] = [1, 2, 4, 8, 16, 32, 64],
    side: Int = 8, seed: UInt64, batchSize: Int = 16
  ) {
    precondition(side > 0 && counts.allSatisfy { $0 > 0 }, "patches have a side and are masked")
    self.classifier = classifier
    self.rankings = rankings
    question = SensitivityQuestion(rankings: rankings.map(\.name), counts: counts, side: side)
    self.seed = seed
    self.batchSize = batchSize
  }

  /// Asks about every picture, with every ranking and every number of patches.
  ///
  /// - Parameters:
  ///   - images: with labels in the network's own numbering.
  ///   - earlier: an interrupted run's result; its pictures are not asked again.
  ///   - commit: called with the answer to each picture; throwing ends the run.
  /// - Throws: `ProbeError`, and what the pictures, the networks or `commit` throw.
  public func run(
    on images: any ImageSource, after earlier: SensitivityResult? = nil, workers: Workers,
    commit: (ProbeBatch<SensitivityAnswer>) throws -> Void = { _ in }
  ) throws -> SensitivityResult {
    guard batchSize >= 1 else { throw ProbeError.batchSize(found: batchSize) }
    let (answers, skipped) = try BatchedRun.eachPicture(
      of: images, after: earlier?.answers ?? [], name: \.image, skipped: earlier?.skipped ?? [],
      commit: commit
    ) { try answer($0, name: $1, label: $2, workers) }
    return SensitivityResult(
      model: classifier.card.name, question: question, answers: answers, skipped: skipped)
  }

  private func answer(
    _ picture: Tensor, name: String, label: Int, _ workers: Workers
  ) throws -> SensitivityAnswer {
    try classifier.requireClass(label)
    let grid = PatchGrid(height: picture.shape[2], width: picture.shape[3], side: question.side)
    let orders = try rankings.map { ranking in
      try ranking.order(
        of: grid, in: picture, name: name, for: label, asking: classifier, seed: seed, on: workers)
    }
    let masked =
      [Set<Int>()] + orders.flatMap { order in question.counts.map { Set(order.prefix($0)) } }
    let colour = classifier.card.preprocessing.meanColour
    var probabilities: [Double] = []
    for start in stride(from: 0, to: masked.count, by: batchSize) {
      let batch = Array(masked[start..<min(start + batchSize, masked.count)])
      let logits = try classifier.checkedLogits(
        of: grid.masked(picture, batch, colour: colour, on: workers), on: workers
      ) { _ in name }
      probabilities += batch.indices.map { row in
        let own = logits.slice(row..<row + 1).elements
        let greatest = Double(own.max() ?? 0)
        let total = own.reduce(0.0) { $0 + exp(Double($1) - greatest) }
        return exp(Double(own[label]) - greatest) / total
      }
    }
    return SensitivityAnswer(
      image: name, label: label, clean: probabilities[0], probabilities: Array(probabilities.dropFirst()))
  }
}
