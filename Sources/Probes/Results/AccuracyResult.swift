import Models

/// What a network said of one picture.
public struct ImageAnswer: Codable, Hashable, Sendable {
  /// The path relative to the corpus.
  public var image: String
  /// The index of the true class among the network's classes.
  public var label: Int
  /// The indices of the five classes (or all, when fewer) with the greatest logits, greatest first.
  public var top: [Int]

  public init(image: String, label: Int, top: [Int]) {
    self.image = image
    self.label = label
    self.top = top
  }
}

/// Clean accuracy of one network on one corpus.
public struct AccuracyResult: Codable, Hashable, Sendable {
  /// The network's name.
  public var model: String
  public var answers: [ImageAnswer]
  public var skipped: [SkippedImage]

  public init(model: String, answers: [ImageAnswer], skipped: [SkippedImage]) {
    self.model = model
    self.answers = answers
    self.skipped = skipped
  }

  public var count: Int { answers.count }
  public var top1Correct: Int { answers.count { $0.top.first == $0.label } }
  public var top5Correct: Int { answers.count { $0.top.prefix(5).contains($0.label) } }
}
