import Models
import Tensors

/// Patch-RS (Sparse-RS, Croce et al. 2022, 2006.12834): a random search for a square's place and colours that sees only
/// logits. Smaller squares of the sticker get other corner colours as time goes on, at last single values; every few
/// questions the sticker moves instead, ever less far. What lowers the loss stays.
///
/// The loss is the margin to leave a class and the cross-entropy to reach one.
public struct PatchRandomSearch: Perturbation {
  public let budget: PatchBudget
  /// How often the network may be asked about a picture in one search.
  public let queries: Int
  /// How many searches to make of a picture that was not fooled.
  public let restarts: Int
  /// The share of the sticker that the first squares cover.
  public let share: Double

  /// - Throws: `AdversaryError.setting`.
  public init(budget: PatchBudget, queries: Int = 10_000, restarts: Int = 1, share: Double = 0.8) throws {
    try requireSetting(queries >= 1, "queries", "at least 1", queries)
    try requireSetting(restarts >= 1, "restarts", "at least 1", restarts)
    try requireSetting(share > 0 && share <= 1, "share", "a number above 0 and at most 1", share)
    self.budget = budget
    self.queries = queries
    self.restarts = restarts
    self.share = share
  }

  public func perturb(
    _ task: PerturbationTask, against classifier: any Classifier, workers: Workers
  ) throws -> PerturbedPictures {
    let grid = try budget.grid(on: task.images)
    var asked = try PictureQueries(task, of: classifier, on: workers)
    var stuck = StuckPictures(task)
    let schedule = SearchSchedule(queries: queries, share: share)
    for restart in 0..<restarts where !stuck.missing.isEmpty {
      var rows = stuck.missing
      var searches = rows.map { row in
        let isTargeted = if case .reach = task.goals[row] { true } else { false }
        return PatchSearch(
          grid: grid, schedule: schedule, movesEvery: isTargeted ? 10 : 4,
          generator: task.generator(row, part: restart))
      }
      for query in 0..<queries {
        workers.change(&searches) { _, search in search.propose(query: query) }
        var pictures = task.images.gathering(rows: rows)
        pictures.changeRows(on: workers) { place, picture in
          searches[place].proposal.cover(picture, height: grid.height, width: grid.width)
        }
        let places = searches.map(\.proposal.place)
        let logits = try asked.logits(of: pictures, rows: rows, places: places)
        let losses = SearchSchedule.losses(logits, goals: rows.map { task.goals[$0] })
        for place in rows.indices { searches[place].take(losses[place]) }
        let rest = stuck.take(pictures, rows: rows, places: places, logits: logits)
        guard !rest.isEmpty else { break }
        (rows, searches) = (rest.map { rows[$0] }, rest.map { searches[$0] })
      }
    }
    return stuck.counted(asked)
  }
}
