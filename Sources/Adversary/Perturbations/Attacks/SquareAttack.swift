import Models
import Tensors

/// Square (Andriushchenko et al. 2020, 1912.00049): a random search that sees only logits. Squares of the greatest
/// change allowed are tried at random places, smaller ones as time goes on; what lowers the loss stays.
///
/// The loss is the margin to leave a class and the cross-entropy to reach one.
public struct SquareAttack: Perturbation {
  public let budget: PerturbationBudget
  /// How often the network may be asked about a picture.
  public let queries: Int
  /// The share of the picture that the first squares cover.
  public let share: Double

  /// - Throws: `AdversaryError.setting`.
  public init(budget: PerturbationBudget, queries: Int = 5000, share: Double = 0.8) throws {
    try requireSetting(queries >= 1, "queries", "at least 1", queries)
    try requireSetting(share > 0 && share <= 1, "share", "a number above 0 and at most 1", share)
    self.budget = budget
    self.queries = queries
    self.share = share
  }

  public func perturb(
    _ task: PerturbationTask, against classifier: any Classifier, workers: Workers
  ) throws -> PerturbedPictures {
    var result = PerturbedPictures(unchanged: task)
    var asked = try PictureQueries(task, of: classifier, on: workers)
    let shape = Shape(Array(task.images.shape.dimensions.dropFirst()))
    var rows = Array(0..<task.count)
    var searches = rows.map { row in
      SquareSearch(
        task.images.row(row), height: shape[1], width: shape[2], budget: budget,
        generator: task.generator(row, part: 0))
    }
    let schedule = SearchSchedule(queries: queries, share: share)
    for query in 0..<queries {
      let share = schedule.share(after: query)
      workers.change(&searches) { _, search in
        query == 0 ? search.start() : search.propose(share: share)
      }
      let pictures = Tensor(rows: searches.map(\.proposal), ofShape: shape)
      let logits = try asked.logits(of: pictures, rows: rows)
      let values = SearchSchedule.losses(logits, goals: rows.map { task.goals[$0] })
      let predictions = Predictions.top1(of: logits)
      var rest: [Int] = []
      for (place, row) in rows.enumerated() {
        let isFound = task.goals[row].isMet(by: predictions[place])
        searches[place].take(values[place], isFound: isFound)
        result.isFound[row] = isFound
        if !isFound { rest.append(place) }
      }
      // Pictures that are done, or out of questions, are kept as they stand.
      let done = query + 1 == queries ? Array(rows.indices) : rows.indices.filter { result.isFound[rows[$0]] }
      result.images.replace(
        rows: done.map { rows[$0] }, by: Tensor(rows: done.map { searches[$0].best }, ofShape: shape))
      rows = rest.map { rows[$0] }
      searches = rest.map { searches[$0] }
      if rows.isEmpty { break }
    }
    result.count(asked)
    return result
  }
}
