import Foundation
import Models
import Tensors

/// Localised and visible noise (LaVAN, Karmon et al. 2018, 1801.02608): in one square of each picture, at a random
/// place, the pixels go along the gradient of the wanted class' logit less the true class', not of its sign, until the
/// wanted class is named with confidence.
///
/// Without a class to reach the wanted one is whichever other class leads. The noise begins as the picture's own pixels.
public struct LaVAN: Perturbation {
  public let budget: PatchBudget
  /// How many places are tried on a picture, one after another, until one meets the goal.
  public let places: Int
  public let steps: Int
  /// What a gradient is multiplied by, pixels being 0…1.
  public let learningRate: Double
  /// The probability of the wanted class at which to stop.
  public let confidence: Double

  /// - Throws: `AdversaryError.setting`.
  public init(
    budget: PatchBudget, places: Int = 1, steps: Int = 300, learningRate: Double = 1,
    confidence: Double = 0.9
  ) throws {
    try requireSetting(places >= 1, "places", "at least 1", places)
    try requireSetting(steps >= 1, "steps", "at least 1", steps)
    try requireSetting(
      learningRate >= 0 && learningRate.isFinite, "learning rate", "a finite number of at least 0",
      learningRate)
    try requireSetting(
      confidence > 0 && confidence <= 1, "confidence", "a probability above 0 and at most 1", confidence)
    self.budget = budget
    self.places = places
    self.steps = steps
    self.learningRate = learningRate
    self.confidence = confidence
  }

  public func perturb(
    _ task: PerturbationTask, against classifier: any Classifier, workers: Workers
  ) throws -> PerturbedPictures {
    let grid = try budget.grid(on: task.images)
    var queries = try PictureQueries(task, of: classifier, on: workers)
    var stuck = StuckPictures(task)
    let drawn = (0..<task.count).map { row in
      var generator = task.generator(row, part: 0)
      return grid.drawing(places, using: &generator)
    }
    for attempt in 0..<min(places, grid.count) {
      let rows = stuck.missing
      guard !rows.isEmpty else { break }
      try ascend(at: rows.map { drawn[$0][attempt] }, rows: rows, &queries, &stuck)
    }
    return stuck.counted(queries)
  }

  private func ascend(
    at places: [PatchPlace], rows: [Int], _ queries: inout PictureQueries, _ stuck: inout StuckPictures
  ) throws {
    let (task, workers) = (queries.task, queries.workers)
    let (height, width) = (task.images.shape[2], task.images.shape[3])
    var (rows, places) = (rows, places)
    var pictures = task.images.gathering(rows: rows)
    for _ in 0..<steps {
      let goals = rows.map { task.goals[$0] }
      let (logits, gradient) = try queries.pulledBack(pictures, rows: rows, places: places) { logits, part in
        leads(logits, goals: Array(goals[part]))
      }
      _ = stuck.take(pictures, rows: rows, places: places, logits: logits)
      let rest = rows.indices.filter { !isConfident(logits, row: $0, goals[$0]) }
      guard !rest.isEmpty else { return }
      (rows, places) = (rest.map { rows[$0] }, rest.map { places[$0] })
      pictures = pictures.gathering(rows: rest)
      pictures.changeRows(on: workers) { place, picture in
        gradient.withRow(rest[place]) { slope in
          for line in places[place].lines(height: height, width: width) {
            for index in line {
              picture[index] = min(max(picture[index] + Float(learningRate) * slope[index], 0), 1)
            }
          }
        }
      }
    }
    let logits = try queries.logits(of: pictures, rows: rows, places: places)
    _ = stuck.take(pictures, rows: rows, places: places, logits: logits)
  }

  /// The gradient on the logits of the wanted class' lead over the true one, where that is not known over the class
  /// that is ahead.
  private func leads(_ logits: Tensor, goals: [AttackGoal]) -> Tensor {
    var gradient = Tensor(zeros: logits.shape)
    let orders = Predictions.top(2, of: logits)
    for (row, goal) in goals.enumerated() {
      func greatest(except excluded: Int) -> Int { orders[row].first { $0 != excluded } ?? excluded }
      let (wanted, kept) =
        switch goal {
        case .leave(let label): (greatest(except: label), label)
        case .reach(let target, let label): (target, label ?? greatest(except: target))
        }
      gradient[row, wanted] += 1
      gradient[row, kept] -= 1
    }
    return gradient
  }

  /// Whether the class named meets the goal and has the probability asked for.
  private func isConfident(_ logits: Tensor, row: Int, _ goal: AttackGoal) -> Bool {
    logits.withRow(row) { logits in
      guard let named = logits.indices.max(by: { (logits[$0], $1) < (logits[$1], $0) }),
        goal.isMet(by: named)
      else { return false }
      let total = logits.reduce(0.0) { $0 + exp(Double($1) - Double(logits[named])) }
      return 1 / total >= confidence
    }
  }
}
