import Models

/// What masks did to the logit of one picture's class.
public struct InteractionAnswer: Codable, Hashable, Sendable {
  /// The path relative to the corpus.
  public var image: String
  /// The index of the true class among the network's classes.
  public var label: Int
  /// How far the logit fell with all masks at once, for each layout.
  public var joint: [Double]
  /// The sum of the falls with one mask at a time, for each layout.
  public var sum: [Double]

  public init(image: String, label: Int, joint: [Double], sum: [Double]) {
    self.image = image
    self.label = label
    self.joint = joint
    self.sum = sum
  }
}

/// How far the effects of masks add up in one network.
public struct InteractionResult: Codable, Hashable, Sendable {
  /// The network's name.
  public var model: String
  public var question: InteractionQuestion
  public var answers: [InteractionAnswer]
  public var skipped: [SkippedImage]

  public init(
    model: String, question: InteractionQuestion, answers: [InteractionAnswer], skipped: [SkippedImage] = []
  ) {
    self.model = model
    self.question = question
    self.answers = answers
    self.skipped = skipped
  }

  public var count: Int { answers.count }

  /// What one layout of masks showed over all pictures.
  public struct Point: Hashable, Sendable {
    public let layout: MaskLayout
    /// Pearson's correlation of joint and summed falls over pictures; nil for fewer than two, or where one side does
    /// not vary.
    public let correlation: Double?
    /// The 95 % interval of the correlation, by drawing pictures again.
    public let interval: ClosedRange<Double>?
    /// The greatest distance between the two falls, relative to the greatest joint fall; nil where nothing fell.
    public let greatestDifference: Double?
  }

  /// One for each layout, in their order.
  public func points(_ bootstrap: Bootstrap = Bootstrap()) -> [Point] {
    question.layouts.enumerated().map { place, layout in
      let known = answers.filter { $0.joint.indices.contains(place) && $0.sum.indices.contains(place) }
      let (joint, sum) = (known.map { $0.joint[place] }, known.map { $0.sum[place] })
      let size = joint.map(abs).max() ?? 0
      return Point(
        layout: layout, correlation: Agreement.pearson(joint, sum),
        interval: bootstrap.interval(over: known.count) { drawn in
          Agreement.pearson(drawn.map { joint[$0] }, drawn.map { sum[$0] })
        },
        greatestDifference: size > 0 ? (zip(joint, sum).map { abs($0 - $1) }.max() ?? 0) / size : nil)
    }
  }
}
