import Models

/// How well one ranking of a picture's pixels says what moved the network.
public struct RankingScores: Codable, Hashable, Sendable {
  /// The ranking's name.
  public var ranking: String
  /// The probability of the class with more and more patches masked, those ranked highest first; one value for each of
  /// `AttributionScoreProbe.shares`.
  public var deletion: [Float]
  /// The same with more and more patches shown, all others masked.
  public var insertion: [Float]
  /// Sensitivity-n, one value for each of `AttributionScoreProbe.subsetShares`: the correlation, over random sets of n
  /// patches, between a set's share in the map and the fall of the logit when it is masked; nil where one of them does
  /// not vary.
  public var sensitivity: [Float?]
  /// The map pooled to a BagNet's cells beside their true contributions: Pearson's and Spearman's correlation; nil for
  /// other networks.
  public var pearson: Float?
  public var spearman: Float?
  /// The length of the difference over that of the truth; only for maps in units of the logit.
  public var relativeError: Float?

  public init(
    ranking: String, deletion: [Float], insertion: [Float], sensitivity: [Float?], pearson: Float? = nil,
    spearman: Float? = nil, relativeError: Float? = nil
  ) {
    self.ranking = ranking
    self.deletion = deletion
    self.insertion = insertion
    self.sensitivity = sensitivity
    self.pearson = pearson
    self.spearman = spearman
    self.relativeError = relativeError
  }

  /// The mean of a curve over the share of patches, by the trapezoid rule on the steps that the curve has.
  public static func area(_ curve: [Float], shares: [Double]) -> Double {
    (1..<max(1, min(curve.count, shares.count))).reduce(0) { sum, place in
      let middle = Double(curve[place - 1] + curve[place]) / 2
      return sum + middle * (shares[place] - shares[place - 1])
    }
  }
}

/// What was found about one picture.
public struct AttributionScores: Codable, Hashable, Sendable {
  /// The path relative to the corpus.
  public var image: String
  /// The index of the true class among the network's classes.
  public var label: Int
  /// The class that was explained: what the network answered to the clean picture.
  public var classIndex: Int
  public var rankings: [RankingScores]

  public init(image: String, label: Int, classIndex: Int, rankings: [RankingScores]) {
    self.image = image
    self.label = label
    self.classIndex = classIndex
    self.rankings = rankings
  }
}

/// One network's attributions, scored.
public struct AttributionScoreResult: Codable, Hashable, Sendable {
  /// The network's name.
  public var model: String
  /// The names of the rankings asked about, in the order of tables.
  public var rankings: [String]
  public var answers: [AttributionScores]
  public var skipped: [SkippedImage]

  public init(
    model: String, rankings: [String], answers: [AttributionScores], skipped: [SkippedImage] = []
  ) {
    self.model = model
    self.rankings = rankings
    self.answers = answers
    self.skipped = skipped
  }

  /// How many pictures were answered.
  public var count: Int { answers.count }

  /// Each ranking's scores over all pictures.
  public var summaries: [RankingSummary] {
    rankings.map { name in
      RankingSummary(name, answers.flatMap { answer in answer.rankings.filter { $0.ranking == name } })
    }
  }
}
