import Adversary
import Foundation
import Models
import Tensors

/// How well attributions say what moved a network: by deletion and insertion (Petsiuk, Das & Saenko 2018, 1806.07421),
/// by sensitivity-n (Ancona et al. 2018, 1711.06104), and on a BagNet by the truth.
///
/// What is explained is the logit of the class that the network answers to the clean picture. The picture is cut into
/// square patches; a patch's rank is the sum of the map over it, and masked patches show the network's mean colour.
public struct AttributionScoreProbe: Sendable {
  /// The shares of all patches at which curves have a value, from none to all.
  public static let shares = (0...20).map { Double($0) / 20 }
  /// The shares of all patches in the random sets of sensitivity-n; each set has at least one.
  public static let subsetShares = [0, 0.05, 0.1, 0.25, 0.5, 0.75]

  public let classifier: any Classifier
  public let rankings: [AttributionRanking]
  /// A patch's side in pixels.
  public let patchSide: Int
  /// Random sets for each of `subsetShares`.
  public let subsets: Int
  private let attributions: AttributionProbe

  /// - Parameter rankings: those asked about; the evidence map is left out for a network without one.
  /// - Throws: as `AttributionProbe`.
  public init(
    classifier: any Classifier, rankings: [AttributionRanking] = AttributionRanking.all, patchSide: Int = 8,
    subsets: Int = 50, settings: AttributionSettings = AttributionSettings()
  ) throws {
    guard patchSide >= 1 else {
      throw ProbeError.attributionSettings(expected: "patches of at least 1 pixel", found: "\(patchSide)")
    }
    guard subsets >= 2 else {
      throw ProbeError.attributionSettings(
        expected: "at least 2 random sets, for a correlation", found: "\(subsets)")
    }
    self.classifier = classifier
    self.rankings = rankings.filter { $0 != .evidence || classifier is any LocalClassifier }
    self.patchSide = patchSide
    self.subsets = subsets
    attributions = try AttributionProbe(classifier: classifier, settings: settings)
  }

  /// Scores every ranking on every picture.
  ///
  /// - Parameters:
  ///   - images: with labels in the network's own numbering.
  ///   - earlier: an interrupted run's result; its pictures are not asked again.
  ///   - commit: called with the scores of each picture; throwing ends the run.
  /// - Throws: `ProbeError`, and what the pictures, the network, the methods or `commit` throw.
  public func run(
    on images: any ImageSource, after earlier: AttributionScoreResult? = nil, workers: Workers,
    commit: (ProbeBatch<AttributionScores>) throws -> Void = { _ in }
  ) throws -> AttributionScoreResult {
    let (answers, skipped) = try BatchedRun.eachPicture(
      of: images, after: earlier?.answers ?? [], name: \.image, skipped: earlier?.skipped ?? [],
      commit: commit
    ) { try scores(of: $0, name: $1, label: $2, on: workers) }
    return AttributionScoreResult(
      model: classifier.card.name, rankings: rankings.map(\.name), answers: answers, skipped: skipped)
  }

  // MARK: - One picture

  private func scores(
    of picture: Tensor, name: String, label: Int, on workers: Workers
  ) throws -> AttributionScores {
    let logits = try classifier.checkedLogits(of: picture, on: workers) { _ in name }
    let classIndex = Predictions.top1(of: logits)[0]
    let grid = PatchGrid(height: picture.shape[2], width: picture.shape[3], side: patchSide)
    let shown = MaskedPictures(
      classifier: classifier, picture: picture, name: name, classIndex: classIndex, grid: grid,
      batchSize: attributions.settings.batchSize, workers: workers)
    let truth = try truth(of: picture, name: name, classIndex, workers)
    let sets = randomSets(of: grid, name: name)
    let logit = Double(logits[0, classIndex])
    // Sets of one and the same size stand together; what a set does is the same for every ranking.
    let falls = try shown.answers(sets.flatMap { $0 }).map { logit - $0.logit }
    let ends = try shown.answers([[], Set(0..<grid.count)]).map(\.probability)
    let rankings = try rankings.map { ranking in
      let values = try map(ranking, picture, name, classIndex, truth, workers)
      let patches = grid.sums(of: values)
      let order = patches.indices.sorted { (-patches[$0], $0) < (-patches[$1], $1) }
      let counts = Self.shares.dropFirst().dropLast().map {
        Int(($0 * Double(grid.count)).rounded())
      }
      let masked =
        counts.map { Set(order.prefix($0)) } + counts.map { Set(order.dropFirst($0)) }
      let curve = try shown.answers(masked).map(\.probability)
      let sensitivity = sets.indices.map { size -> Float? in
        let fallsHere = Array(falls[size * subsets..<(size + 1) * subsets])
        let shares = sets[size].map { set in set.sorted().reduce(0) { $0 + patches[$1] } }
        return Agreement.pearson(shares, fallsHere).map { Float($0) }
      }
      let cells = truth?.pooled(values)
      let isInLogits: Bool =
        switch ranking {
        case .evidence: true
        case .method(let method): method.isAdditive
        case .random: false
        }
      return RankingScores(
        ranking: ranking.name, deletion: [ends[0]] + curve.prefix(counts.count) + [ends[1]],
        insertion: [ends[1]] + curve.suffix(counts.count) + [ends[0]], sensitivity: sensitivity,
        pearson: truth.flatMap { Agreement.pearson(cells ?? [], $0.contributions) }.map { Float($0) },
        spearman: truth.flatMap { Agreement.spearman(cells ?? [], $0.contributions) }.map { Float($0) },
        relativeError: isInLogits
          ? truth.flatMap { Agreement.relativeError(of: cells ?? [], to: $0.contributions) }.map { Float($0) }
          : nil)
    }
    return AttributionScores(image: name, label: label, classIndex: classIndex, rankings: rankings)
  }

  private func truth(
    of picture: Tensor, name: String, _ classIndex: Int, _ workers: Workers
  ) throws -> CellTruth? {
    guard let local = classifier as? any LocalClassifier else { return nil }
    let map = try HeatmapProbe(classifier: local).evidence(
      in: picture, name: name, for: classIndex, on: workers)
    return CellTruth(map, height: picture.shape[2], width: picture.shape[3])
  }

  private func map(
    _ ranking: AttributionRanking, _ picture: Tensor, _ name: String, _ classIndex: Int, _ truth: CellTruth?,
    _ workers: Workers
  ) throws -> [Float] {
    switch ranking {
    case .evidence: return truth?.pixelMap ?? []
    case .method(let method):
      return try attributions.attribution(
        in: picture, name: name, for: classIndex, method: method, on: workers
      ).map.values
    case .random:
      var generator = SeededGenerator(seed: attributions.settings.seed, named: "random/\(name)")
      return Tensor(uniform: -1...1, shape: [picture.shape[2], picture.shape[3]], using: &generator).elements
    }
  }

  /// For each of `subsetShares` random sets of patches.
  private func randomSets(of grid: PatchGrid, name: String) -> [[Set<Int>]] {
    var generator = SeededGenerator(seed: attributions.settings.seed, named: "sets/\(name)")
    return Self.subsetShares.map { share in
      let size = max(1, Int((share * Double(grid.count)).rounded()))
      return (0..<subsets).map { _ in Set((0..<grid.count).shuffled(using: &generator).prefix(size)) }
    }
  }
}

/// One picture with some of its patches masked, as a network answers to it.
private struct MaskedPictures {
  let classifier: any Classifier
  let picture: Tensor
  let name: String
  let classIndex: Int
  let grid: PatchGrid
  let batchSize: Int
  let workers: Workers

  /// The class' logit and probability for each set of masked patches.
  func answers(_ patches: [Set<Int>]) throws -> [(logit: Double, probability: Float)] {
    try stride(from: 0, to: patches.count, by: batchSize).flatMap { start in
      let batch = Array(patches[start..<min(start + batchSize, patches.count)])
      let masked = grid.masked(
        picture, batch, colour: classifier.card.preprocessing.meanColour, on: workers)
      let logits = try classifier.checkedLogits(of: masked, on: workers) { _ in name }
      return batch.indices.map { row in
        let own = logits.row(row).map(Double.init)
        let greatest = own.max() ?? 0
        let sum = own.reduce(0) { $0 + exp($1 - greatest) }
        return (own[classIndex], Float(exp(own[classIndex] - greatest) / sum))
      }
    }
  }
}
