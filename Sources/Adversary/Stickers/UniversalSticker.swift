import Models
import Tensors

/// The universal sticker attack (Brown et al. 2017, 1712.09665): one sticker that changes the network's answer
/// on any picture, at any place. What is asked for; `StickerOptimization` does it.
public struct UniversalSticker: Sendable {
  /// What the sticker looks like before the first step.
  public enum Start: Sendable, Equatable {
    /// Every value 0.5.
    case grey
    /// Independent uniform noise from the attack's seed.
    case noise
    /// A given sticker, for example an earlier result; its outline replaces `mask`.
    case sticker(Sticker)
  }

  public var criterion: Criterion
  /// The sticker's own pixels along one side.
  public var side: Int
  public var mask: StickerMask
  /// An outline of one's own in place of `mask`, `[side, side]` in 0…1; nil for none.
  public var alpha: Tensor?
  public var sampler: PlacementSampler
  public var loss: AttackLoss
  /// Weight of `TotalVariation` beside the class loss.
  public var variationWeight: Float
  /// Weight of `NonPrintability` beside the class loss.
  public var printingWeight: Float
  /// The colours that a printer can print, RGB in 0…1.
  public var printable: [SIMD3<Float>]
  /// How the sticker is lit and photographed.
  public var appearance: AppearanceSampler
  /// Where on each picture it lies.
  public var places: Places
  /// How far the colours may go from the start; nil for anywhere.
  public var bound: PerturbationBudget?
  /// How to choose among the steps' stickers by pictures held back; nil to take the last.
  public var choice: Choice?
  public var start: Start
  public var steps: Int
  /// Pictures a step.
  public var batchSize: Int
  /// Pictures the networks see at once; bounds memory and changes results only by rounding.
  public var passSize: Int
  /// Bytes for what BagNets keep of clean pictures, all networks together; changes the time and not the
  /// result.
  public var memory: Int
  public var learningRate: LearningRate
  public var stepRule: StepRule
  public var seed: UInt64

  /// Where on each picture the sticker lies.
  public enum Places: Hashable, Sendable {
    /// Drawn anew for every visit.
    case sampled
    /// Where the first network is fooled most clearly, on a grid of that stride in pixels; searched anew when the last
    /// search of the picture is that many steps old.
    case worst(stride: Int, every: Int)
  }

  /// Judging the sticker on pictures held back, as an 8-bit picture, and keeping the best.
  public struct Choice: Hashable, Sendable {
    /// Steps between two judgements.
    public var interval: Int
    /// Judgements without an improvement after which the run ends; nil to go on to the last step.
    public var patience: Int?

    public init(interval: Int, patience: Int? = nil) {
      self.interval = interval
      self.patience = patience
    }
  }

  public init(
    criterion: Criterion, side: Int, mask: StickerMask = .square, alpha: Tensor? = nil,
    sampler: PlacementSampler = PlacementSampler(), loss: AttackLoss = .crossEntropy,
    variationWeight: Float = 0, printingWeight: Float = 0, printable: [SIMD3<Float>] = [],
    appearance: AppearanceSampler = AppearanceSampler(), places: Places = .sampled,
    bound: PerturbationBudget? = nil, choice: Choice? = nil, start: Start = .grey, steps: Int = 500,
    batchSize: Int = 16,
    passSize: Int = 16, memory: Int = 1 << 30, learningRate: LearningRate = .cosine(0.05),
    stepRule: StepRule = .adam,
    seed: UInt64 = 0
  ) {
    self.criterion = criterion
    self.side = side
    self.mask = mask
    self.alpha = alpha
    self.sampler = sampler
    self.loss = loss
    self.variationWeight = variationWeight
    self.printingWeight = printingWeight
    self.printable = printable
    self.appearance = appearance
    self.places = places
    self.bound = bound
    self.choice = choice
    self.start = start
    self.steps = steps
    self.batchSize = batchSize
    self.passSize = passSize
    self.memory = memory
    self.learningRate = learningRate
    self.stepRule = stepRule
    self.seed = seed
  }

  /// Runs the attack to its end.
  ///
  /// The same seed gives the same bytes whatever the number of workers.
  ///
  /// - Parameters:
  ///   - classifiers: all see the same pictures, so all must take their size.
  ///   - images: with labels in the numbering that `criterion` uses.
  ///   - heldBack: the pictures to choose by, likewise; needed when there is a `choice`.
  ///   - progress: called after each step; throwing ends the run.
  /// - Throws: `AdversaryError`, and what `images`, the networks or `progress` throw.
  public func optimise(
    against classifiers: [AttackedClassifier], on images: any ImageSource,
    holdingBack heldBack: (any ImageSource)? = nil, workers: Workers,
    progress: (StickerOptimization.Report) throws -> Void = { _ in }
  ) throws -> StickerOptimization {
    var optimization = try StickerOptimization(
      self, against: classifiers, images: images, heldBack: heldBack)
    while !optimization.isFinished {
      try progress(try optimization.advance(on: workers))
    }
    return optimization
  }

  /// The sticker before the first step.
  ///
  /// - Throws: `AdversaryError.startSide` when a given sticker has another side.
  public func firstSticker() throws -> Sticker {
    let shape: Shape = [3, side, side]
    switch start {
    case .grey:
      return try Sticker(
        colours: Tensor(repeating: 0.5, shape: shape), alpha: alpha ?? mask.alpha(side: side))
    case .noise:
      var generator = Streams.start.generator(seed: seed, item: 0)
      return try Sticker(
        colours: Tensor(uniform: 0...1, shape: shape, using: &generator),
        alpha: alpha ?? mask.alpha(side: side))
    case .sticker(let sticker):
      guard sticker.side == side else {
        throw AdversaryError.startSide(expected: side, found: sticker.side)
      }
      return sticker.recoloured(sticker.colours.map { min(max($0, 0), 1) })
    }
  }

  /// - Throws: `AdversaryError.setting` for the first setting outside its range.
  func validate() throws {
    try requireSetting(side >= 1, "side", "at least 1 pixel", side)
    try requireSetting(steps >= 1, "steps", "at least 1", steps)
    try requireSetting(batchSize >= 1, "batch size", "at least 1", batchSize)
    try requireSetting(passSize >= 1, "pass size", "at least 1", passSize)
    try requireSetting(memory >= 0, "memory", "0 bytes or more", memory)
    let rate = learningRate.initial
    try requireSetting(rate > 0 && rate <= 1, "learning rate", "above 0 and at most 1 (pixels are 0…1)", rate)
    try requireSetting(
      variationWeight >= 0 && variationWeight.isFinite, "total variation weight", "0 or more",
      variationWeight)
    switch stepRule {
    case .adam: break
    case .sign(let momentum), .plain(let momentum):
      try requireSetting(momentum >= 0 && momentum <= 1, "momentum", "a number in 0…1", momentum)
    }
    try requireSetting(
      printingWeight >= 0 && printingWeight.isFinite, "printing weight", "0 or more", printingWeight)
    try requireSetting(
      printingWeight == 0 || !printable.isEmpty, "printable colours", "at least one where they count", "none")
    try appearance.validate()
    if case .worst(let stride, let every) = places {
      try requireSetting(
        stride >= 1 && every >= 1, "worst places", "a stride and an age of at least 1", "\(places)")
    }
    if let choice {
      try requireSetting(
        choice.interval >= 1 && choice.patience ?? 1 >= 1, "choice", "an interval and patience of at least 1",
        "\(choice)")
    }
    if case .margin(let confidence) = loss {
      try requireSetting(!confidence.isNaN, "confidence", "a number", confidence)
    }
  }
}
