import Models
import Tensors

/// A universal perturbation by stochastic gradient steps on a loss that stops counting a picture once it is fooled
/// clearly (Shafahi et al. 2018, 1811.11304): in L∞ along the sign of the slope, in L2 along the slope.
public struct UniversalGradient: UniversalAttack {
  public let budget: PerturbationBudget
  /// What is wanted of every picture; to leave a class means the one named for the unchanged picture.
  public let criterion: Criterion
  public let steps: Int
  /// Pictures a step.
  public let batchSize: Int
  /// The length of the first step, in the budget's norm; it falls to 0 along half a cosine.
  public let stepSize: Double
  public let loss: AttackLoss
  /// The loss below which a picture adds no more; losses of pictures that are fooled are negative.
  public let cap: Double

  /// - Throws: `AdversaryError.setting`.
  public init(
    budget: PerturbationBudget, criterion: Criterion = .untargeted, steps: Int = 500, batchSize: Int = 16,
    stepSize: Double, loss: AttackLoss = .crossEntropy, cap: Double = -9
  ) throws {
    try requireSetting(steps >= 1, "steps", "at least 1", steps)
    try requireSetting(batchSize >= 1, "batch size", "at least 1", batchSize)
    try requireSetting(
      stepSize >= 0 && stepSize.isFinite, "step size", "a finite number of at least 0", stepSize)
    self.budget = budget
    self.criterion = criterion
    self.steps = steps
    self.batchSize = batchSize
    self.stepSize = stepSize
    self.loss = loss
    self.cap = cap
  }

  public func perturbation(
    against classifier: any Classifier, on images: any ImageSource, seed: UInt64, workers: Workers,
    progress: (UniversalProgress) throws -> Void
  ) throws -> UniversalPerturbation {
    let pictures = try UniversalPictures(images, of: classifier, workers: workers)
    let usable = pictures.usable.filter { criterion.counts(label: pictures.predictions[$0] ?? -1) }
    guard !usable.isEmpty else {
      throw AdversaryError.noImages(found: images.count, ofTarget: images.count)
    }
    let schedule = BatchSchedule(pictures: usable, batchSize: batchSize, seed: seed)
    let rate = LearningRate.cosine(Float(stepSize))
    var change = Tensor(zeros: pictures.shape)
    var fooling: Double?
    for step in 0..<steps {
      try progress(UniversalProgress(done: step, total: steps, fooling: fooling))
      let batch = schedule.batch(step)
      let loaded = try images.load(batch)
      guard let clean = loaded.images else { continue }
      let indices = loaded.positions.map { batch[$0] }
      let task = PerturbationTask(
        images: clean, goals: indices.map { criterion.goal(label: pictures.predictions[$0] ?? 0) },
        items: indices, names: indices.map(images.name(at:)), seed: seed)
      var queries = try PictureQueries(task, of: classifier, on: workers)
      let universal = UniversalPerturbation(change: change, norm: budget.norm)
      var fooled = 0
      let slopes = try queries.pulledBack(
        try universal.added(to: clean, on: workers), rows: Array(0..<task.count)
      ) { logits, places in
        var value = loss.evaluate(logits, goals: Array(task.goals[places]))
        for (row, prediction) in Predictions.top1(of: logits).enumerated() {
          if task.goals[places.lowerBound + row].isMet(by: prediction) { fooled += 1 }
          guard value.values[row] < cap else { continue }
          for index in 0..<logits.shape[1] { value.gradient[row, index] = 0 }
        }
        return value.gradient
      }.gradient
      fooling = Double(fooled) / Double(task.count)
      let slope = total(slopes)
      change.withUnsafeMutableBuffer { change in
        slope.withUnsafeBuffer {
          budget.norm.ascend(change, by: -rate.rate(at: step, of: steps), along: $0)
        }
      }
      change = budget.shortened(change)
    }
    let universal = UniversalPerturbation(change: change, norm: budget.norm)
    try progress(
      UniversalProgress(done: steps, total: steps, fooling: try pictures.fooling(of: universal)))
    return universal
  }

  /// The sum over pictures of `[batch, 3, height, width]`.
  private func total(_ slopes: Tensor) -> Tensor {
    var sum = Tensor(zeros: Shape(Array(slopes.shape.dimensions.dropFirst())))
    for row in 0..<slopes.shape[0] { sum.addRow(row, of: slopes) }
    return sum
  }
}
