import Probes

extension [PlaceResult] {
  /// The results as a table for people.
  func printTable() throws {
    var table = Table([
      "network", "images", "places", "success", "at the best place", "at the worst", "noise", "photo",
      "top-1 clean",
      "with sticker",
    ])
    for result in self {
      func share(_ counts: [Int]) -> String { percent(counts.reduce(0, +), of: result.trials) }
      table.add([
        result.model, "\(result.images)", "\(result.rows) × \(result.columns)", share(result.successes),
        percent(result.successes.max() ?? 0, of: result.images),
        percent(result.successes.min() ?? 0, of: result.images), share(result.noiseSuccesses),
        share(result.photoSuccesses), percent(result.cleanCorrect, of: result.images),
        percent(result.stickerCorrect, of: result.trials),
      ])
    }
    try Output.table(table)
  }
}
