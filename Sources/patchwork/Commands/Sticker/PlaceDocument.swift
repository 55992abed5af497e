import Probes

/// What `sticker test --positions all` says of one network.
struct PlaceDocument: Encodable {
  /// The share of pictures by place, row by row.
  struct Positions: Encodable {
    let stride, rows, columns: Int
    let success, controlNoise, controlPhoto: [[Double]]
  }

  let name: String
  /// Pictures whose true class is not the target.
  let n: Int
  /// Shares over pictures and places.
  let success, controlNoise, controlPhoto: Nullable<Double>
  /// Pictures of the target's class are not asked about here.
  let cleanTop1, stickerTop1: Nullable<Double>
  let skipped: Int
  let positions: Positions

  init(_ result: PlaceResult) {
    func share(_ part: Int, of whole: Int) -> Nullable<Double> {
      Nullable(whole == 0 ? nil : Double(part) / Double(whole))
    }
    func byPlace(_ counts: [Int]) -> [[Double]] {
      (0..<result.rows).map { row in
        counts[row * result.columns..<(row + 1) * result.columns].map {
          Double($0) / Double(max(result.images, 1))
        }
      }
    }
    name = result.model
    n = result.images
    success = share(result.successes.reduce(0, +), of: result.trials)
    controlNoise = share(result.noiseSuccesses.reduce(0, +), of: result.trials)
    controlPhoto = share(result.photoSuccesses.reduce(0, +), of: result.trials)
    cleanTop1 = share(result.cleanCorrect, of: result.images)
    stickerTop1 = share(result.stickerCorrect, of: result.trials)
    skipped = result.skipped.count
    positions = Positions(
      stride: result.question.stride, rows: result.rows, columns: result.columns,
      success: byPlace(result.successes),
      controlNoise: byPlace(result.noiseSuccesses), controlPhoto: byPlace(result.photoSuccesses))
  }
}

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
