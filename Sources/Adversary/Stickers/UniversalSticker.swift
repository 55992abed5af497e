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
  public var sampler: PlacementSampler
  public var loss: AttackLoss
  /// Weight of `TotalVariation` beside the class loss.
  public var variationWeight: Float
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

  public init(
    criterion: Criterion, side: Int, mask: StickerMask = .square,
    sampler: PlacementSampler = PlacementSampler(), loss: AttackLoss = .crossEntropy,
    variationWeight: Float = 0, start: Start = .grey, steps: Int = 500, batchSize: Int = 16,
    passSize: Int = 16, memory: Int = 1 << 30, learningRate: LearningRate = .cosine(0.05),
    stepRule: StepRule = .adam,
    seed: UInt64 = 0
  ) {
    self.criterion = criterion
    self.side = side
    self.mask = mask
    self.sampler = sampler
    self.loss = loss
    self.variationWeight = variationWeight
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
  ///   - progress: called after each step; throwing ends the run.
  /// - Throws: `AdversaryError`, and what `images`, the networks or `progress` throw.
  public func optimise(
    against classifiers: [AttackedClassifier], on images: any ImageSource, workers: Workers,
    progress: (StickerOptimization.Report) throws -> Void = { _ in }
  ) throws -> StickerOptimization {
    var optimization = try StickerOptimization(self, against: classifiers, images: images)
    while !optimization.isFinished {
      try progress(try optimization.advance(on: workers))
    }
    return optimization
  }

  /// The sticker before the first step.
  ///
  /// - Throws: `AdversaryError.startSide` when a given sticker has another side.
  func firstSticker() throws -> Sticker {
    let shape: Shape = [3, side, side]
    switch start {
    case .grey:
      return try Sticker(colours: Tensor(repeating: 0.5, shape: shape), mask: mask)
    case .noise:
      var generator = Streams.start.generator(seed: seed, item: 0)
      return try Sticker(
        colours: Tensor(uniform: 0...1, shape: shape, using: &generator), mask: mask)
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
    if case .sign(let momentum) = stepRule {
      try requireSetting(momentum >= 0 && momentum <= 1, "momentum", "a number in 0…1", momentum)
    }
    if case .margin(let confidence) = loss {
      try requireSetting(!confidence.isNaN, "confidence", "a number", confidence)
    }
  }
}
