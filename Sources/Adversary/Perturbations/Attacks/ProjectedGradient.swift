import Models
import Tensors

/// Steps of fixed length down the slope of a loss, each brought back into the budget: the fast gradient sign method
/// (Goodfellow et al. 2014, 1412.6572) with one step, projected gradient descent (Madry et al. 2017, 1706.06083) with
/// many, and with momentum the iterative method of Dong et al. 2018, 1710.06081.
///
/// Every version is judged, and the first that meets its goal is kept.
public struct ProjectedGradient: Perturbation {
  public let budget: PerturbationBudget
  public let steps: Int
  /// The length of a step, in the budget's norm.
  public let stepSize: Double
  /// Whether to begin anywhere within the budget, uniformly, and not at the picture.
  public let startsAtRandom: Bool
  /// What share of the earlier directions stays in the next; nil to go down the slope alone. Slopes are added with
  /// their L1 length brought to 1.
  public let momentum: Float?
  /// How often to begin anew on pictures that were not fooled.
  public let restarts: Int
  public let loss: AttackLoss

  /// - Throws: `AdversaryError.setting`.
  public init(
    budget: PerturbationBudget, steps: Int, stepSize: Double, startsAtRandom: Bool, momentum: Float? = nil,
    restarts: Int = 1, loss: AttackLoss = .crossEntropy
  ) throws {
    try requireSetting(steps >= 1, "steps", "at least 1", steps)
    try requireSetting(
      stepSize >= 0 && stepSize.isFinite, "step size", "a finite number of at least 0", stepSize)
    try requireSetting(
      momentum.map { $0 >= 0 && $0.isFinite } ?? true, "momentum", "0 or more", momentum ?? 0)
    try requireSetting(restarts >= 1, "restarts", "at least 1", restarts)
    self.budget = budget
    self.steps = steps
    self.stepSize = stepSize
    self.startsAtRandom = startsAtRandom
    self.momentum = momentum
    self.restarts = restarts
    self.loss = loss
  }

  public func perturb(
    _ task: PerturbationTask, against classifier: any Classifier, workers: Workers
  ) throws -> PerturbedPictures {
    var result = PerturbedPictures(unchanged: task)
    var queries = try PictureQueries(task, of: classifier, on: workers)
    for restart in 0..<restarts where !result.missing.isEmpty {
      try descend(restart, &queries, &result)
    }
    result.count(queries)
    return result
  }

  private func descend(
    _ restart: Int, _ queries: inout PictureQueries, _ result: inout PerturbedPictures
  ) throws {
    let (task, workers) = (queries.task, queries.workers)
    var rows = result.missing
    var pictures = task.images.gathering(rows: rows)
    if startsAtRandom {
      pictures.changeRows(on: workers) { place, picture in
        var generator = task.generator(rows[place], part: restart)
        budget.norm.startAtRandom(picture, radius: budget.radius, isSpread: true, using: &generator)
      }
    }
    var directions = Tensor(zeros: pictures.shape)
    for _ in 0..<steps {
      let goals = rows.map { task.goals[$0] }
      let slopes = try queries.slopes(of: pictures, rows: rows, loss: loss, goals: goals)
      let rest = result.keep(pictures, rows: rows, predictions: slopes.predictions, goals: task.goals)
      guard !rest.isEmpty else { return }
      rows = rest.map { rows[$0] }
      pictures = pictures.gathering(rows: rest)
      directions = directions.gathering(rows: rest)
      directions.changeRows(on: workers) { place, direction in
        slopes.gradient.withRow(rest[place]) { turn($0, into: direction) }
      }
      pictures.changeRows(on: workers) { place, picture in
        directions.withRow(place) { budget.norm.ascend(picture, by: -Float(stepSize), along: $0) }
        task.images.withRow(rows[place]) {
          budget.norm.project(picture, around: $0, radius: budget.radius)
        }
      }
    }
    let predictions = try queries.predictions(of: pictures, rows: rows)
    _ = result.keep(pictures, rows: rows, predictions: predictions, goals: task.goals)
  }

  /// direction ← momentum · direction + slope / ‖slope‖₁, or the slope itself.
  private func turn(_ slope: UnsafeBufferPointer<Float>, into direction: UnsafeMutableBufferPointer<Float>) {
    guard let momentum else {
      _ = direction.update(from: slope)
      return
    }
    let length = PerturbationNorm.linf.dualLength(of: slope)
    let factor = length > 0 ? Float(1 / length) : 0
    for index in direction.indices { direction[index] = momentum * direction[index] + factor * slope[index] }
  }
}
