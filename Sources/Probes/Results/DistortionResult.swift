import Models

/// What a network said of one picture, distorted in every way asked about.
public struct DistortionAnswer: Codable, Hashable, Sendable {
  /// The path relative to the corpus.
  public var image: String
  /// The index of the true class among the network's classes.
  public var label: Int
  /// The index of the class named under each condition: kind by kind, each from its weakest to its strongest level.
  public var answers: [Int]

  public init(image: String, label: Int, answers: [Int]) {
    self.image = image
    self.label = label
    self.answers = answers
  }
}

/// One network's accuracy against the strength of each distortion.
public struct DistortionResult: Codable, Hashable, Sendable {
  /// The network's name.
  public var model: String
  public var conditions: DistortionConditions
  public var answers: [DistortionAnswer]
  public var skipped: [SkippedImage]

  public init(
    model: String, conditions: DistortionConditions, answers: [DistortionAnswer], skipped: [SkippedImage] = []
  ) {
    self.model = model
    self.conditions = conditions
    self.answers = answers
    self.skipped = skipped
  }

  /// How many pictures were answered.
  public var count: Int { answers.count }

  /// For each kind, how often the network was right at each level.
  public var curves: [DistortionCurve] {
    var correct = [Int](repeating: 0, count: conditions.count)
    for answer in answers {
      for (place, named) in answer.answers.prefix(correct.count).enumerated() where named == answer.label {
        correct[place] += 1
      }
    }
    var first = 0
    return conditions.series.map { series in
      let places = first..<first + series.levels.count
      first = places.upperBound
      let points = zip(correct[places], series.levels).map { DistortionCurve.Point(level: $1, correct: $0) }
      return DistortionCurve(kind: series.kind, count: count, points: points)
    }
  }

  /// For each picture, the share of the levels of `kind` beyond the weakest at which the network was right; empty
  /// when there are none.
  public func sharesRight(under kind: String) -> [String: Double] {
    var first = 0
    for series in conditions.series {
      let places = (first + 1)..<max(first + 1, first + series.levels.count)
      first += series.levels.count
      guard series.kind == kind, !places.isEmpty else { continue }
      let shares = answers.map { answer in
        let right = places.count { answer.answers.indices.contains($0) && answer.answers[$0] == answer.label }
        return (answer.image, Double(right) / Double(places.count))
      }
      return Dictionary(shares) { first, _ in first }
    }
    return [:]
  }
}

/// One network's accuracy against the strength of one distortion.
public struct DistortionCurve: Hashable, Sendable {
  public struct Point: Hashable, Sendable {
    public let level: Double
    /// How many pictures were named rightly.
    public let correct: Int
  }

  /// The kind's name.
  public let kind: String
  /// How many pictures were asked about at every level.
  public let count: Int
  /// From the weakest level to the strongest.
  public let points: [Point]

  /// The share of right answers over all levels beyond the weakest; nil without pictures or such levels.
  public var meanDistorted: Double? {
    let distorted = points.dropFirst()
    guard count > 0, !distorted.isEmpty else { return nil }
    return Double(distorted.reduce(0) { $0 + $1.correct }) / Double(count * distorted.count)
  }
}
