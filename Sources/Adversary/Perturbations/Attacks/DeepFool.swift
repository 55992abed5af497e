import Models
import Tensors

/// DeepFool (Moosavi-Dezfooli et al. 2016, 1511.04599): goes to the nearest of the boundaries between the class named
/// at first and its likeliest rivals, as they look in the tangent, until the answer changes.
public struct DeepFool: Perturbation {
  public let norm: PerturbationNorm
  /// How many classes are looked at, the one named at first among them.
  public let candidates: Int
  /// By what share every change is lengthened to get past the boundary.
  public let overshoot: Double
  public let steps: Int

  /// - Throws: `AdversaryError.setting`.
  public init(norm: PerturbationNorm, candidates: Int = 10, overshoot: Double = 0.02, steps: Int = 50) throws
  {
    try requireSetting(candidates >= 2, "candidates", "at least 2", candidates)
    try requireSetting(overshoot >= 0 && overshoot.isFinite, "overshoot", "0 or more", overshoot)
    try requireSetting(steps >= 1, "steps", "at least 1", steps)
    self.norm = norm
    self.candidates = candidates
    self.overshoot = overshoot
    self.steps = steps
  }

  public func perturb(
    _ task: PerturbationTask, against classifier: any Classifier, workers: Workers
  ) throws -> PerturbedPictures {
    var result = PerturbedPictures(unchanged: task)
    var queries = try PictureQueries(task, of: classifier, on: workers)
    guard task.goals.allSatisfy({ if case .leave = $0 { true } else { false } }) else {
      throw AdversaryError.needsTrueClass
    }
    let count = min(candidates, classifier.card.classes.count)
    var rows = Array(0..<task.count)
    var orders: [[Int]] = []
    var changes = Tensor(zeros: task.images.shape)
    var pictures = task.images
    for step in 0...steps {
      var boundaries: [Boundary?] = []
      let logits = try queries.differentiate(pictures, rows: rows) { pass, places in
        if step == 0 { orders += Predictions.top(count, of: pass.logits) }
        guard step < steps else { return }
        boundaries += nearest(pass, orders: Array(orders[places]), workers: workers)
      }
      let rest = result.keep(
        pictures, rows: rows, predictions: Predictions.top1(of: logits), goals: task.goals)
      guard step < steps, !rest.isEmpty else { break }
      for place in rest where boundaries[place] == nil { queries.noteVanishedGradient(of: rows[place]) }
      rows = rest.map { rows[$0] }
      orders = rest.map { orders[$0] }
      changes = changes.gathering(rows: rest)
      changes.changeRows(on: workers) { place, change in
        boundaries[rest[place]]?.cross(change, norm: norm)
      }
      pictures = task.images.gathering(rows: rows)
      pictures.changeRows(on: workers) { place, picture in
        changes.withRow(place) { change in
          for index in picture.indices {
            picture[index] = min(max(picture[index] + Float(1 + overshoot) * change[index], 0), 1)
          }
        }
      }
    }
    result.count(queries)
    return result
  }

  /// Where another class overtakes the one named at first, in the tangent.
  private struct Boundary {
    /// How far the rival's logit lies behind; at least 0 before the crossing.
    let gap: Double
    /// Of the rival's lead with respect to the pixels.
    let slope: [Float]
    /// The slope's length in the dual norm.
    let steepness: Double

    var distance: Double { gap / (steepness + 1e-8) }

    /// Adds the shortest step across to `change`, with a little more against rounding.
    func cross(_ change: UnsafeMutableBufferPointer<Float>, norm: PerturbationNorm) {
      slope.withUnsafeBufferPointer { norm.ascend(change, by: Float(distance + 1e-4), along: $0) }
    }
  }

  /// For each picture of a pass the nearest boundary; nil where every slope is 0.
  ///
  /// - Parameter orders: the classes looked at, the one named at first in front.
  private func nearest(_ pass: DifferentiableLogits, orders: [[Int]], workers: Workers) -> [Boundary?] {
    var nearest: [Boundary?] = Array(repeating: nil, count: orders.count)
    for rank in 1..<max(orders.first?.count ?? 1, 1) {
      var gradient = Tensor(zeros: pass.logits.shape)
      for (row, order) in orders.enumerated() {
        gradient[row, order[rank]] = 1
        gradient[row, order[0]] = -1
      }
      let slopes = pass.imageGradient(gradient)
      workers.change(&nearest) { row, known in
        let slope = slopes.row(row)
        let order = orders[row]
        let gap = abs(Double(pass.logits[row, order[0]]) - Double(pass.logits[row, order[rank]]))
        let boundary = Boundary(
          gap: gap, slope: slope, steepness: slope.withUnsafeBufferPointer(norm.dualLength))
        guard boundary.steepness > 0, boundary.steepness.isFinite else { return }
        if known.map({ boundary.distance < $0.distance }) ?? true { known = boundary }
      }
    }
    return nearest
  }
}
