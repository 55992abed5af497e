import Layers

extension NetworkTraining {
  /// What a person may set.
  public struct Settings: Sendable, Hashable {
    /// How parameters and running statistics are averaged over the steps.
    public struct Average: Sendable, Hashable {
      /// What the average keeps of itself at each step, in 0..<1.
      public var decay: Double
      /// Whether it keeps less in the first steps.
      public var isWarm: Bool

      public init(decay: Double, isWarm: Bool = true) {
        self.decay = decay
        self.isWarm = isWarm
      }
    }

    /// Passes over the corpus; at least 1.
    public var epochs: Int
    /// Pictures a step; what is left of an epoch after its last whole batch is left out.
    public var batch: Int
    public var seed: UInt64
    public var schedule: LearningRateSchedule
    public var momentum: Double
    public var isNesterov: Bool
    /// Of parameters with more than one dimension.
    public var weightDecay: Double
    /// Whether biases and the parameters of norms are decayed too.
    public var decaysVectors: Bool
    /// The share of the uniform distribution in the wanted one, in 0..<1.
    public var labelSmoothing: Double
    public var augmentation: Augmentation
    /// nil: the last step's parameters are the result.
    public var average: Average?
    /// Validation after every so many epochs, and after the last.
    public var validationInterval: Int
    /// Batches made ready while the network is busy; 0 for none.
    public var batchesAhead: Int

    public init(
      epochs: Int, batch: Int, seed: UInt64 = 0, schedule: LearningRateSchedule, momentum: Double = 0.9,
      isNesterov: Bool = true, weightDecay: Double = 5e-4, decaysVectors: Bool = false,
      labelSmoothing: Double = 0, augmentation: Augmentation, average: Average? = nil,
      validationInterval: Int = 1, batchesAhead: Int = 2
    ) {
      self.epochs = epochs
      self.batch = batch
      self.seed = seed
      self.schedule = schedule
      self.momentum = momentum
      self.isNesterov = isNesterov
      self.weightDecay = weightDecay
      self.decaysVectors = decaysVectors
      self.labelSmoothing = labelSmoothing
      self.augmentation = augmentation
      self.average = average
      self.validationInterval = validationInterval
      self.batchesAhead = batchesAhead
    }
  }
}
