import Files
import Models

/// One observer's answer to one cue-conflict stimulus.
public struct CueConflictAnswer: Codable, Hashable, Sendable {
  /// The stimulus' file name, `<shape><n>-<texture><m>.png`.
  public var stimulus: String
  /// The shape's and the texture's category, for example `cat` and `elephant`.
  public var shape: String
  public var texture: String
  /// The category answered; `na` when the observer gave none.
  public var response: String
  /// The places of both cues among the categories by probability, counted from 1; nil where none are known,
  /// as for people.
  public var shapeRank: Int?
  public var textureRank: Int?

  public init(
    stimulus: String, shape: String, texture: String, response: String, shapeRank: Int? = nil,
    textureRank: Int? = nil
  ) {
    self.stimulus = stimulus
    self.shape = shape
    self.texture = texture
    self.response = response
    self.shapeRank = shapeRank
    self.textureRank = textureRank
  }

  /// Whether shape and texture disagree; only these stimuli count.
  public var isConflict: Bool { shape != texture }
}

/// How one observer, a person or a network, decides between shape and texture (Geirhos et al. 2019,
/// 1811.12231).
public struct TextureBiasResult: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    case person
    case network
  }

  public var observer: String
  public var kind: Kind
  public var answers: [CueConflictAnswer]
  public var skipped: [SkippedImage]

  public init(observer: String, kind: Kind, answers: [CueConflictAnswer], skipped: [SkippedImage] = []) {
    self.observer = observer
    self.kind = kind
    self.answers = answers
    self.skipped = skipped
  }

  /// The SHA-256 of what was answered to which stimulus, in 64 hexadecimal digits: tells recorded observers of one name
  /// apart. The order of the answers does not matter.
  public var answersDigest: String {
    SHA256.hexadecimal(of: answers.map { "\($0.stimulus)\t\($0.response)\n" }.sorted().joined().utf8)
  }

  /// The SHA-256 of the names of all stimuli answered, in 64 hexadecimal digits: which set of stimuli it was.
  public var stimuliDigest: String {
    SHA256.hexadecimal(of: Set(answers.map { $0.stimulus + "\n" }).sorted().joined().utf8)
  }

  public var conflicts: [CueConflictAnswer] { answers.filter(\.isConflict) }
  public var shapeCount: Int { conflicts.count { $0.response == $0.shape } }
  public var textureCount: Int { conflicts.count { $0.response == $0.texture } }
  public var otherCount: Int { conflicts.count - shapeCount - textureCount }
  /// s / (s + t); nil when neither cue was ever answered.
  public var shapeBias: Double? {
    let decided = shapeCount + textureCount
    return decided == 0 ? nil : Double(shapeCount) / Double(decided)
  }
  /// (s + t) / N; nil without conflict stimuli.
  public var coverage: Double? {
    conflicts.isEmpty ? nil : Double(shapeCount + textureCount) / Double(conflicts.count)
  }
}
