import Models

/// One network's answers to pictures with one cue, such as edges, silhouettes or textures alone (Geirhos et al. 2019,
/// 1811.12231): each answer's shape and texture are both the picture's category.
public struct SingleCueResult: Codable, Hashable, Sendable {
  /// The network's name.
  public var model: String
  /// What the pictures are called: `edges`.
  public var set: String
  public var answers: [CueConflictAnswer]
  public var skipped: [SkippedImage]

  public init(model: String, set: String, answers: [CueConflictAnswer], skipped: [SkippedImage] = []) {
    self.model = model
    self.set = set
    self.answers = answers
    self.skipped = skipped
  }

  public var count: Int { answers.count }
  /// Pictures whose category was answered.
  public var correct: Int { answers.count { $0.response == $0.shape } }
  /// nil without pictures.
  public var accuracy: Double? { count == 0 ? nil : Double(correct) / Double(count) }
}
