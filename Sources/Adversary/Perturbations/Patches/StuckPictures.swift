import Models
import Tensors

/// Of each picture of a task the best of the stickers tried on it so far: one that meets the goal before one that does
/// not, and among equals the one that leads by most.
struct StuckPictures {
  private(set) var result: PerturbedPictures
  private let goals: [AttackGoal]
  /// Of the best, below 0 where the goal is met.
  private var margins: [Double]

  init(_ task: PerturbationTask) {
    result = PerturbedPictures(unchanged: task)
    goals = task.goals
    margins = Array(repeating: .infinity, count: task.count)
  }

  /// The rows not fooled yet.
  var missing: [Int] { result.missing }

  /// Takes up what the network says of versions of the pictures `rows`.
  ///
  /// - Returns: the places in `rows` of those that do not meet their goals.
  mutating func take(_ pictures: Tensor, rows: [Int], places: [PatchPlace], logits: Tensor) -> [Int] {
    let found = AttackLoss.margin(confidence: .infinity).evaluate(logits, goals: rows.map { goals[$0] })
      .values
    let predictions = Predictions.top1(of: logits)
    var (better, rest): ([Int], [Int]) = ([], [])
    for (place, row) in rows.enumerated() {
      let isMet = goals[row].isMet(by: predictions[place])
      if !isMet { rest.append(place) }
      let wasMet = result.isFound[row]
      guard isMet == wasMet ? found[place] < margins[row] : isMet else { continue }
      better.append(place)
      margins[row] = found[place]
      result.isFound[row] = isMet
      result.places[row] = places[place]
    }
    result.images.replace(rows: better.map { rows[$0] }, by: pictures.gathering(rows: better))
    return rest
  }

  /// The outcome with the questions counted.
  func counted(_ asked: PictureQueries) -> PerturbedPictures {
    var result = result
    result.count(asked)
    return result
  }
}
