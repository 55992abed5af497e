/// One recorded answer of an observer, a person or a network, to one cue-conflict stimulus (Geirhos et al. 2019,
/// 1811.12231).
public struct Response: Sendable, Hashable {
  /// What stands for the answer when there was none.
  public static let noAnswer = "na"

  /// Who answered: column `subj`.
  public let observer: String
  public let session: Int
  public let trial: Int
  /// Seconds until the answer; nil for networks.
  public let responseTime: Double?
  /// The category answered, `na` when there was none: column `object_response`.
  public let answer: String
  /// The category of the shape: column `category`.
  public let category: String
  public let condition: String
  /// The image name with its prefix, such as `0001_s5n_dnn_0_airplane_00_airplane1-bicycle2.png`.
  public let imageName: String
  /// The cues named by the last part of the image name.
  public let cues: StimulusName

  /// The stimulus' own file name, `stimulus(in:)` of the image name.
  public var stimulus: String { Response.stimulus(in: imageName) }

  /// - Throws: `DatasetsError.notAStimulusName` when the image name does not end in a stimulus' name.
  public init(
    observer: String, session: Int, trial: Int, responseTime: Double?, answer: String, category: String,
    condition: String, imageName: String
  ) throws {
    cues = try StimulusName(parsing: imageName.split(separator: "_").last.map(String.init) ?? imageName)
    self.observer = observer
    self.session = session
    self.trial = trial
    self.responseTime = responseTime
    self.answer = answer
    self.category = category
    self.condition = condition
    self.imageName = imageName
  }

  /// A network's answer to a stimulus, with the columns filled as the published files fill them.
  public init(
    network: String, trial: Int, stimulus: CueConflictStimuli.Item, answer: String, session: Int = 1
  ) {
    observer = network
    self.session = session
    self.trial = trial
    responseTime = nil
    self.answer = answer
    category = stimulus.cues.shape
    condition = "0"
    let number = String(repeating: "0", count: max(0, 4 - String(trial).count)) + String(trial)
    imageName = "\(number)_s5n_dnn_0_\(stimulus.cues.shape)_00_\(stimulus.name)"
    cues = stimulus.cues
  }

  /// The part of an image name that says which picture was shown, whoever saw it, when and how distorted: the last two
  /// `_` fields where the one before the last begins with `n0`, as ImageNet's identifiers do, else the last.
  ///
  /// `0001_cl_s01_cr_oven_40_n04111531_14126.png` gives `n04111531_14126.png`: the number alone is not a picture's own.
  public static func stimulus(in imageName: String) -> String {
    let fields = imageName.split(separator: "_")
    let own = fields.dropLast().last?.hasPrefix("n0") == true ? fields.suffix(2) : fields.suffix(1)
    return own.isEmpty ? imageName : own.joined(separator: "_")
  }
}
