import Models
import Probes

extension [StickerResult] {
  /// What programs are told of them, one for each of the networks.
  func documents(of models: [LoadedModel]) -> [StickerDocument] {
    zip(self, models).map { result, model in
      StickerDocument(result, className: model.card.displayName(ofClass:))
    }
  }

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
