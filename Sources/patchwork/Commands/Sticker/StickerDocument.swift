import Probes

/// What the sticker commands say of one network.
struct StickerDocument: Encodable {
  let name: String
  /// Pictures whose true class is not the target.
  let n: Int
  let success: Nullable<Double>
  let successInterval: Nullable<[Double]>
  let controlNoise: Nullable<Double>
  let controlPhoto: Nullable<Double>
  /// Pictures of every class, the target's included unless a limit is set.
  let nAll: Int
  let cleanTop1: Nullable<Double>
  let stickerTop1: Nullable<Double>
  let skipped: Int

  init(_ result: StickerResult) {
    let counted = result.counted.count
    let all = result.answers.count
    func share(_ part: Int, of whole: Int) -> Nullable<Double> {
      Nullable(whole == 0 ? nil : Double(part) / Double(whole))
    }
    name = result.model
    n = counted
    success = share(result.successes, of: counted)
    successInterval = Nullable(
      WilsonInterval(successes: result.successes, of: counted).map { [$0.lower, $0.upper] })
    controlNoise = share(result.noiseSuccesses, of: counted)
    controlPhoto = share(result.photoSuccesses, of: counted)
    nAll = all
    cleanTop1 = share(result.cleanCorrect, of: all)
    stickerTop1 = share(result.stickerCorrect, of: all)
    skipped = result.skipped.count
  }
}

extension [StickerResult] {
  /// The results as a table for people.
  func printTable() throws {
    var table = Table([
      "network", "images", "success", "95 % interval", "noise", "photo", "top-1 clean", "with sticker",
    ])
    for result in self {
      table.add(
        [result.model] + result.successColumns + [
          percent(result.cleanCorrect, of: result.answers.count),
          percent(result.stickerCorrect, of: result.answers.count),
        ])
    }
    try Output.table(table)
  }
}

extension StickerResult {
  /// Pictures that count, success, its interval, and both controls, for a table.
  var successColumns: [String] {
    let n = counted.count
    let interval = WilsonInterval(successes: successes, of: n)
    return [
      "\(n)", percent(successes, of: n),
      interval.map { format("%.1f…%.1f %%", 100 * $0.lower, 100 * $0.upper) } ?? "–",
      percent(noiseSuccesses, of: n), percent(photoSuccesses, of: n),
    ]
  }
}
