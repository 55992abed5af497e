import Foundation
import Models
import Tensors

/// Projected gradient descent (Madry et al. 2017, 1706.06083) in one square of each picture, with a search for its
/// place.
///
/// The gradients of the picture as it is say where a square would do most were the network linear, for every place at
/// once and for each of the likeliest rivals; on a linear network that is the optimum. From the best few places the
/// pixels then go along the gradient's sign, in steps that shrink along a half cosine. The first round begins in the
/// colours of the linear optimum, later ones in random colours.
///
/// Every version is judged, and the first that meets its goal is kept.
public struct PatchPGD: Perturbation {
  public let budget: PatchBudget
  /// How many places are tried on a picture.
  public let places: Int
  /// How many other classes the first look tries to lead to; with a class to reach only that one is tried.
  public let rivals: Int
  public let steps: Int
  /// The length of the first step, pixels being 0…1.
  public let stepSize: Double
  /// How often to go through the places.
  public let restarts: Int
  public let loss: AttackLoss

  /// - Throws: `AdversaryError.setting`.
  public init(
    budget: PatchBudget, places: Int = 5, rivals: Int = 9, steps: Int = 100, stepSize: Double? = nil,
    restarts: Int = 1, loss: AttackLoss = .margin(confidence: .infinity)
  ) throws {
    try requireSetting(places >= 1, "places", "at least 1", places)
    try requireSetting(rivals >= 1, "targets", "at least 1", rivals)
    try requireSetting(steps >= 1, "steps", "at least 1", steps)
    // Five times the way from 0 to 1 in all, and never a step past it.
    let stepSize = stepSize ?? min(10 / Double(steps), 1)
    try requireSetting(
      stepSize >= 0 && stepSize.isFinite, "step size", "a finite number of at least 0", stepSize)
    try requireSetting(restarts >= 1, "restarts", "at least 1", restarts)
    self.budget = budget
    self.places = places
    self.rivals = rivals
    self.steps = steps
    self.stepSize = stepSize
    self.restarts = restarts
    self.loss = loss
  }

  public func perturb(
    _ task: PerturbationTask, against classifier: any Classifier, workers: Workers
  ) throws -> PerturbedPictures {
    let grid = try budget.grid(on: task.images)
    var queries = try PictureQueries(task, of: classifier, on: workers)
    var stuck = StuckPictures(task)
    let starts = try look(grid, &queries)
    for attempt in 0..<restarts * places {
      let rows = stuck.missing.filter { attempt % places < starts[$0].count }
      guard !rows.isEmpty else { continue }
      let patches = rows.map { row in
        let best = starts[row][attempt % places]
        guard attempt >= places else { return best }
        var generator = task.generator(row, part: attempt)
        return PaintedPatch(place: best.place, colours: best.colours.map { _ in generator.uniform() })
      }
      try descend(from: patches, rows: rows, &queries, &stuck)
    }
    return stuck.counted(queries)
  }

  /// For each picture its best places in their colours, at least one.
  private func look(_ grid: PatchGrid, _ queries: inout PictureQueries) throws -> [[PaintedPatch]] {
    let (task, workers) = (queries.task, queries.workers)
    var starts: [[PaintedPatch]] = []
    _ = try queries.differentiate(task.images, rows: Array(0..<task.count)) { pass, rows in
      let duels = self.duels(pass.logits, goals: Array(task.goals[rows]))
      var rankings = rows.map { PlaceRanking(task.images.row($0), grid: grid) }
      for rank in 0..<(duels.map(\.count).max() ?? 0) {
        var gradient = Tensor(zeros: pass.logits.shape)
        for (row, duels) in duels.enumerated() where rank < duels.count {
          gradient[row, duels[rank].wanted] = 1
          gradient[row, duels[rank].kept] = -1
        }
        let slopes = pass.imageGradient(gradient)
        workers.change(&rankings) { row, ranking in
          guard rank < duels[row].count else { return }
          let duel = duels[row][rank]
          ranking.add(
            slope: slopes.row(row),
            lead: Double(pass.logits[row, duel.wanted]) - Double(pass.logits[row, duel.kept]))
        }
      }
      var best: [[PaintedPatch]] = Array(repeating: [], count: rankings.count)
      workers.change(&best) { row, best in best = rankings[row].best(places) }
      starts += best
    }
    return starts
  }

  /// Which class is to overtake which.
  private struct Duel {
    let wanted: Int
    let kept: Int
  }

  private func duels(_ logits: Tensor, goals: [AttackGoal]) -> [[Duel]] {
    let orders = Predictions.top(min(rivals + 1, logits.shape[1]), of: logits)
    return zip(goals, orders).map { goal, order in
      switch goal {
      case .leave(let label):
        order.filter { $0 != label }.prefix(rivals).map { Duel(wanted: $0, kept: label) }
      case .reach(let target, _):
        order.filter { $0 != target }.prefix(1).map { Duel(wanted: target, kept: $0) }
      }
    }
  }

  private func descend(
    from patches: [PaintedPatch], rows: [Int], _ queries: inout PictureQueries, _ stuck: inout StuckPictures
  ) throws {
    let (task, workers) = (queries.task, queries.workers)
    let (height, width) = (task.images.shape[2], task.images.shape[3])
    var (rows, places) = (rows, patches.map(\.place))
    var pictures = task.images.gathering(rows: rows)
    pictures.changeRows(on: workers) { patches[$0].cover($1, height: height, width: width) }
    for step in 0..<steps {
      let slopes = try queries.slopes(
        of: pictures, rows: rows, places: places, loss: loss, goals: rows.map { task.goals[$0] })
      let rest = stuck.take(pictures, rows: rows, places: places, logits: slopes.logits)
      guard !rest.isEmpty else { return }
      (rows, places) = (rest.map { rows[$0] }, rest.map { places[$0] })
      pictures = pictures.gathering(rows: rest)
      let length = length(ofStep: step)
      pictures.changeRows(on: workers) { place, picture in
        slopes.gradient.withRow(rest[place]) { slope in
          for line in places[place].lines(height: height, width: width) {
            for index in line {
              let step = slope[index] > 0 ? -length : slope[index] < 0 ? length : 0
              picture[index] = min(max(picture[index] + step, 0), 1)
            }
          }
        }
      }
    }
    let logits = try queries.logits(of: pictures, rows: rows, places: places)
    _ = stuck.take(pictures, rows: rows, places: places, logits: logits)
  }

  /// From `stepSize` down towards 0.
  func length(ofStep step: Int) -> Float {
    Float(stepSize * (1 + cos(Double.pi * Double(step) / Double(steps))) / 2)
  }
}
