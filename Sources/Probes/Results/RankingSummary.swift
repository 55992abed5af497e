/// One ranking's scores over many pictures.
public struct RankingSummary: Hashable, Sendable {
  /// The ranking's name.
  public let ranking: String
  /// The mean probability at each of `AttributionScoreProbe.shares`.
  public let deletion: [SampleMean?]
  public let insertion: [SampleMean?]
  /// The means of the pictures' areas under the curves, 0…1.
  public let deletionArea: SampleMean?
  public let insertionArea: SampleMean?
  /// Sensitivity-n at each of `AttributionScoreProbe.subsetShares`, and over all of them.
  public let sensitivity: [SampleMean?]
  public let meanSensitivity: SampleMean?
  public let pearson: SampleMean?
  public let spearman: SampleMean?
  public let relativeError: SampleMean?

  init(_ ranking: String, _ scores: [RankingScores]) {
    let shares = AttributionScoreProbe.shares
    func means(_ curve: (RankingScores) -> [Float]) -> [SampleMean?] {
      var values = shares.map { _ in [Double]() }
      for score in scores {
        for (place, value) in curve(score).prefix(shares.count).enumerated() {
          values[place].append(Double(value))
        }
      }
      return values.map { SampleMean($0) }
    }
    func mean(_ path: KeyPath<RankingScores, Float?>) -> SampleMean? {
      SampleMean(scores.compactMap { $0[keyPath: path].map(Double.init) })
    }
    self.ranking = ranking
    deletion = means { $0.deletion }
    insertion = means { $0.insertion }
    deletionArea = SampleMean(scores.map { RankingScores.area($0.deletion, shares: shares) })
    insertionArea = SampleMean(scores.map { RankingScores.area($0.insertion, shares: shares) })
    sensitivity = AttributionScoreProbe.subsetShares.indices.map { place in
      SampleMean(
        scores.compactMap { score in
          score.sensitivity.indices.contains(place) ? score.sensitivity[place].map(Double.init) : nil
        })
    }
    meanSensitivity = SampleMean(
      scores.compactMap { score in
        let known = score.sensitivity.compactMap { $0.map(Double.init) }
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
      })
    pearson = mean(\.pearson)
    spearman = mean(\.spearman)
    relativeError = mean(\.relativeError)
  }
}
