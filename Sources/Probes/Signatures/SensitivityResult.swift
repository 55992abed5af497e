import Models

/// What masking patches did to one picture's true class.
public struct SensitivityAnswer: Codable, Hashable, Sendable {
  /// The path relative to the corpus.
  public var image: String
  /// The index of the true class among the network's classes.
  public var label: Int
  /// The true class' probability for the whole picture, 0…1.
  public var clean: Double
  /// The same with patches masked: ranking by ranking, each from the fewest patches to the most.
  public var probabilities: [Double]

  public init(image: String, label: Int, clean: Double, probabilities: [Double]) {
    self.image = image
    self.label = label
    self.clean = clean
    self.probabilities = probabilities
  }
}

/// How fast one network loses the true class when patches are masked in the order of several rankings.
public struct SensitivityResult: Codable, Hashable, Sendable {
  /// The network's name.
  public var model: String
  public var question: SensitivityQuestion
  public var answers: [SensitivityAnswer]
  public var skipped: [SkippedImage]

  public init(
    model: String, question: SensitivityQuestion, answers: [SensitivityAnswer], skipped: [SkippedImage] = []
  ) {
    self.model = model
    self.question = question
    self.answers = answers
    self.skipped = skipped
  }

  public var count: Int { answers.count }
  /// The mean probability of the true class for whole pictures; nil without pictures.
  public var clean: Double? {
    count == 0 ? nil : answers.reduce(0) { $0 + $1.clean } / Double(count)
  }

  /// One ranking over all pictures.
  public struct Curve: Hashable, Sendable {
    public let ranking: String
    /// The mean probability of the true class for each number of patches.
    public let probabilities: [Double]
    /// How far the probability falls, averaged over the numbers of patches: the better the ranking, the more.
    public let meanFall: Double
    /// The 95 % interval of the mean fall, by drawing pictures again; nil for fewer than two pictures.
    public let interval: ClosedRange<Double>?
  }

  /// One for each ranking, in their order; none without pictures.
  public func curves(_ bootstrap: Bootstrap = Bootstrap()) -> [Curve] {
    let counts = question.counts.count
    let known = answers.filter { $0.probabilities.count == question.rankings.count * counts }
    guard !known.isEmpty, counts > 0 else { return [] }
    return question.rankings.enumerated().map { place, ranking in
      let own = known.map { Array($0.probabilities[place * counts..<(place + 1) * counts]) }
      let falls = zip(known, own).map { $0.clean - $1.reduce(0, +) / Double(counts) }
      return Curve(
        ranking: ranking,
        probabilities: (0..<counts).map { level in
          own.reduce(0) { $0 + $1[level] } / Double(own.count)
        },
        meanFall: falls.reduce(0, +) / Double(falls.count),
        interval: bootstrap.interval(over: falls.count) { drawn in
          drawn.reduce(0) { $0 + falls[$1] } / Double(drawn.count)
        })
    }
  }
}
