import Foundation
import Models
import Tensors

/// FMN (Pintor et al. 2021, 2102.12827): steps down the margin, projected onto a ball that shrinks while the answer is
/// wrong and grows while it is right, so that the version hovers at the boundary where the change is smallest.
public struct FastMinimumNorm: Perturbation {
  public let norm: PerturbationNorm
  public let steps: Int
  /// The length in L2 of the first step; steps fall to a hundredth of it along half a cosine.
  public let stepSize: Double
  /// By what share the ball's radius changes at first; it falls to a fiftieth likewise.
  public let shrinking: Double

  /// - Throws: `AdversaryError.setting`.
  public init(norm: PerturbationNorm, steps: Int = 100, stepSize: Double = 1, shrinking: Double = 0.05) throws
  {
    try requireSetting(steps >= 1, "steps", "at least 1", steps)
    try requireSetting(stepSize > 0 && stepSize.isFinite, "step size", "a number above 0", stepSize)
    try requireSetting(shrinking > 0 && shrinking < 1, "shrinking", "a number between 0 and 1", shrinking)
    self.norm = norm
    self.steps = steps
    self.stepSize = stepSize
    self.shrinking = shrinking
  }

  public func perturb(
    _ task: PerturbationTask, against classifier: any Classifier, workers: Workers
  ) throws -> PerturbedPictures {
    var queries = try PictureQueries(task, of: classifier, on: workers)
    var smallest = SmallestChanges(task, norm: norm)
    let rows = Array(0..<task.count)
    var radii = rows.map { _ in Double.infinity }
    var pictures = task.images
    for step in 0..<steps {
      let slopes = try queries.slopes(
        of: pictures, rows: rows, loss: .margin(confidence: .infinity), goals: task.goals)
      let met = smallest.note(pictures, rows: rows, predictions: slopes.predictions)
      let decay = (1 + cos(.pi * Double(step) / Double(steps))) / 2
      let share = shrinking / 50 + (shrinking - shrinking / 50) * decay
      let length = stepSize / 100 + (stepSize - stepSize / 100) * decay
      for row in rows {
        let here = task.length(of: pictures, row: row, norm)
        let steepness = slopes.gradient.withRow(row, norm.dualLength)
        radii[row] =
          met.contains(row)
          ? min(radii[row] * (1 - share), smallest.lengths[row])
          : smallest.lengths[row].isFinite
            ? radii[row] * (1 + share)
            // A little past the boundary as the tangent shows it: exactly on it rounding would decide.
            : here + (1 + share) * abs(slopes.values[row]) / max(steepness, 1e-12)
      }
      pictures.changeRows(on: workers) { row, picture in
        slopes.gradient.withRow(row) { PerturbationNorm.l2.ascend(picture, by: -Float(length), along: $0) }
        task.images.withRow(row) {
          norm.project(picture, around: $0, radius: Float(min(radii[row], 1e6)))
        }
      }
    }
    let predictions = try queries.predictions(of: pictures, rows: rows)
    _ = smallest.note(pictures, rows: rows, predictions: predictions)
    return smallest.result(queries)
  }
}
