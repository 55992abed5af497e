import Models

/// What a network said of one picture, whole and with its tiles in other places.
public struct ShufflingAnswer: Codable, Hashable, Sendable {
  /// The path relative to the corpus.
  public var image: String
  /// The index of the true class among the network's classes.
  public var label: Int
  /// The index of the class named for the whole picture.
  public var clean: Int
  /// The index of the class named under each condition, in their order.
  public var answers: [Int]
  /// The same by the cells that see no seam; nil where there are none. Empty for a network without local evidence.
  public var innerAnswers: [Int?]
  /// The class that the same cells name in the whole picture.
  public var innerClean: [Int?]
  /// How far the mean logits of these cells are apart between the shuffled and the whole picture: the greatest
  /// difference over classes and conditions, relative to the greatest logit.
  public var innerDifference: Double?

  public init(
    image: String, label: Int, clean: Int, answers: [Int], innerAnswers: [Int?] = [],
    innerClean: [Int?] = [], innerDifference: Double? = nil
  ) {
    self.image = image
    self.label = label
    self.clean = clean
    self.answers = answers
    self.innerAnswers = innerAnswers
    self.innerClean = innerClean
    self.innerDifference = innerDifference
  }
}

/// One network's accuracy on shuffled pictures.
public struct ShufflingResult: Codable, Hashable, Sendable {
  /// The network's name.
  public var model: String
  public var question: ShufflingQuestion
  public var answers: [ShufflingAnswer]
  public var skipped: [SkippedImage]

  public init(
    model: String, question: ShufflingQuestion, answers: [ShufflingAnswer], skipped: [SkippedImage] = []
  ) {
    self.model = model
    self.question = question
    self.answers = answers
    self.skipped = skipped
  }

  public var count: Int { answers.count }
  /// How many whole pictures were named rightly.
  public var cleanCorrect: Int { answers.count { $0.clean == $0.label } }

  /// How often the network was right under one condition.
  public struct Point: Hashable, Sendable {
    public let condition: ShufflingCondition
    /// Of all pictures.
    public let correct: Int
    /// Of the same pictures by the cells that see no seam, shuffled and whole; nil where there are none.
    public let innerCorrect, innerCleanCorrect: Int?
  }

  /// One for each condition, in their order.
  public var points: [Point] {
    question.conditions.enumerated().map { place, condition in
      func correct(_ named: (ShufflingAnswer) -> [Int?]) -> Int? {
        var correct = 0
        for answer in answers {
          let inner = named(answer)
          guard inner.indices.contains(place), let answered = inner[place] else { return nil }
          correct += answered == answer.label ? 1 : 0
        }
        return answers.isEmpty ? nil : correct
      }
      return Point(
        condition: condition,
        correct: answers.count { $0.answers.indices.contains(place) && $0.answers[place] == $0.label },
        innerCorrect: correct { $0.innerAnswers }, innerCleanCorrect: correct { $0.innerClean })
    }
  }

  /// The mean share of right answers over the grids; nil without pictures or grids.
  public var meanOverGrids: Double? {
    let grids = points.filter { $0.condition.unit == .grid }
    guard count > 0, !grids.isEmpty else { return nil }
    return Double(grids.reduce(0) { $0 + $1.correct }) / Double(count * grids.count)
  }

  /// The greatest `innerDifference` of any picture.
  public var innerDifference: Double? { answers.compactMap(\.innerDifference).max() }
}
