/// One ranking's scores over many pictures.
public struct RankingSummary: Hashable, Sendable {
  /// A mean over pictures with its 95 % interval, normal; without an interval for a single picture.
  public struct Mean: Hashable, Sendable {
    public let value: Double
    public let interval: ClosedRange<Double>?
    /// The pictures that have a value.
    public let count: Int

    /// Nil where no picture has a value.
    init?(_ values: [Double]) {
      guard !values.isEmpty else { return nil }
      let mean = values.reduce(0, +) / Double(values.count)
      value = mean
      count = values.count
      guard values.count > 1 else {
        interval = nil
        return
      }
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
      let half = WilsonInterval.ninetyFivePercent * (variance / Double(values.count)).squareRoot()
      interval = mean - half...mean + half
    }
  }

  /// The ranking's name.
  public let ranking: String
  /// The mean probability at each of `AttributionScoreProbe.shares`.
  public let deletion: [Mean?]
  public let insertion: [Mean?]
  /// The means of the pictures' areas under the curves, 0…1.
  public let deletionArea: Mean?
  public let insertionArea: Mean?
  /// Sensitivity-n at each of `AttributionScoreProbe.subsetShares`, and over all of them.
  public let sensitivity: [Mean?]
  public let meanSensitivity: Mean?
  public let pearson: Mean?
  public let spearman: Mean?
  public let relativeError: Mean?

  init(_ ranking: String, _ scores: [RankingScores]) {
    let shares = AttributionScoreProbe.shares
    func means(_ curve: (RankingScores) -> [Float]) -> [Mean?] {
      var values = shares.map { _ in [Double]() }
      for score in scores {
        for (place, value) in curve(score).prefix(shares.count).enumerated() {
          values[place].append(Double(value))
        }
      }
      return values.map { Mean($0) }
    }
    func mean(_ path: KeyPath<RankingScores, Float?>) -> Mean? {
      Mean(scores.compactMap { $0[keyPath: path].map(Double.init) })
    }
    self.ranking = ranking
    deletion = means { $0.deletion }
    insertion = means { $0.insertion }
    deletionArea = Mean(scores.map { RankingScores.area($0.deletion, shares: shares) })
    insertionArea = Mean(scores.map { RankingScores.area($0.insertion, shares: shares) })
    sensitivity = AttributionScoreProbe.subsetShares.indices.map { place in
      Mean(
        scores.compactMap { score in
          score.sensitivity.indices.contains(place) ? score.sensitivity[place].map(Double.init) : nil
        })
    }
    meanSensitivity = Mean(
      scores.compactMap { score in
        let known = score.sensitivity.compactMap { $0.map(Double.init) }
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
      })
    pearson = mean(\.pearson)
    spearman = mean(\.spearman)
    relativeError = mean(\.relativeError)
  }
}
