/// What stands beside a sticker's PNG: how it was made and for which class.
public struct StickerCard: Codable, Hashable, Sendable {
  /// The PNG's name.
  public var sticker: String
  /// Pixels along one side.
  public var side: Int
  /// A shape's name, or the file that gave the outline.
  public var mask: String
  /// The target's identifier in the first network's card; nil when untargeted.
  public var target: String?
  public var targetName: String?
  /// Names and weights' SHA-256 of the networks it was made against.
  public var models: [Network]
  public var corpus: String
  public var split: String
  public var seed: UInt64
  public var steps: Int
  public var batch: Int
  public var learningRate: Double
  public var totalVariation: Double
  public var scale: [Double]
  /// Degrees counter-clockwise.
  public var rotation: [Double]
  public var loss: String
  /// Whatever else was asked for, by the option's name.
  public var further: [String: String]?
  public var toolVersion: String
  /// The recipe that asked for it; nil where the command line did.
  public var recipe: Recipe?
  /// How it fared in the test after it was made; nil before.
  public var measured: [Measurement]?

  /// A network that a sticker was made against.
  public struct Network: Codable, Hashable, Sendable {
    public var name: String
    public var weightsSha256: String

    public init(name: String, weightsSha256: String) {
      self.name = name
      self.weightsSha256 = weightsSha256
    }
  }

  /// A recipe that a sticker was made by.
  public struct Recipe: Codable, Hashable, Sendable {
    public var name: String
    /// Of the recipe's file.
    public var sha256: String
    /// What the command line asked for instead of what the recipe says: `--steps 20`; nil for nothing.
    public var overrides: [String]?

    public init(name: String, sha256: String, overrides: [String]?) {
      self.name = name
      self.sha256 = sha256
      self.overrides = overrides
    }
  }

  /// A sticker's success on one network, and both controls'; shares are nil where no picture was counted.
  public struct Measurement: Codable, Hashable, Sendable {
    public var model: String
    /// Pictures whose true class is not the target.
    public var n: Int
    public var success: Double?
    /// 95 %, Wilson's score.
    public var successInterval: [Double]?
    public var controlNoise, controlPhoto: Double?

    public init(_ result: StickerResult) {
      let counted = result.counted.count
      func share(_ part: Int) -> Double? { counted == 0 ? nil : Double(part) / Double(counted) }
      model = result.model
      n = counted
      success = share(result.successes)
      successInterval = WilsonInterval(successes: result.successes, of: counted).map { [$0.lower, $0.upper] }
      controlNoise = share(result.noiseSuccesses)
      controlPhoto = share(result.photoSuccesses)
    }
  }

  public init(
    sticker: String, side: Int, mask: String, target: String?, targetName: String?,
    models: [Network], corpus: String, split: String, seed: UInt64, steps: Int, batch: Int,
    learningRate: Double, totalVariation: Double, scale: [Double], rotation: [Double], loss: String,
    further: [String: String]? = nil, toolVersion: String, recipe: Recipe? = nil
  ) {
    self.sticker = sticker
    self.side = side
    self.mask = mask
    self.target = target
    self.targetName = targetName
    self.models = models
    self.corpus = corpus
    self.split = split
    self.seed = seed
    self.steps = steps
    self.batch = batch
    self.learningRate = learningRate
    self.totalVariation = totalVariation
    self.scale = scale
    self.rotation = rotation
    self.loss = loss
    self.further = further
    self.toolVersion = toolVersion
    self.recipe = recipe
  }
}
