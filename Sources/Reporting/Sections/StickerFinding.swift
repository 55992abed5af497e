import Probes
import Studies

/// What stickers did, in words.
extension ReportData {
  typealias Sticker = Entry<Recorded<StickerResult>>

  /// One finding for each sticker and target, over all networks it was tested on.
  func stickerFindings() -> [RichText] {
    stickerGroups.map { $0.count == 1 ? finding(alone: $0[0]) : finding(together: $0) }
  }

  /// The networks that were asked one question about a sticker, most easily fooled first.
  var stickerGroups: [[Sticker]] {
    views(\.stickers).map { view in
      view.stickers.sorted { $0.value.result.successShare > $1.value.result.successShare }
    }
  }

  /// One network's answers to one sticker.
  private func finding(alone entry: Sticker) -> RichText {
    let result = entry.value.result
    let count = result.counted.count
    let share = Format.percent(result.successes, of: count)
    let interval = Format.interval(WilsonInterval(successes: result.successes, of: count))
    let effect =
      result.target.map { "turns into “\(entry.value.run.description.model.className($0))”" }
      ?? "gets named wrongly"
    return """
      The sticker\(mention(entry.asked)) on \(entry.name): \(strong: share) of \(Format.count(count, "picture")) (\(interval)) \
      \(effect); with random noise of the same size in the same places \
      \(strong: Format.percent(result.noiseSuccesses, of: count)), with a photograph \
      \(strong: Format.percent(result.photoSuccesses, of: count)). Accuracy goes from \
      \(Format.percent(result.cleanCorrect, of: result.answers.count)) to \
      \(Format.percent(result.stickerCorrect, of: result.answers.count)) of \
      \(Format.count(result.answers.count)).
      """
  }

  /// Several networks' answers to the same sticker.
  private func finding(together entries: [Sticker]) -> RichText {
    let parts = entries.map { entry -> RichText in
      let result = entry.value.result
      let count = result.counted.count
      let interval = Format.interval(WilsonInterval(successes: result.successes, of: count))
      let success = Format.percent(result.successes, of: count)
      return "\(entry.name) \(strong: success) of \(Format.count(count)) (\(interval))"
    }
    let first = entries[0].value
    let effect =
      first.result.target.map {
        "a picture of something else become “\(first.run.description.model.className($0))”"
      }
      ?? "a picture get a wrong name"
    return """
      How often one and the same sticker\(mention(entries[0].asked)) makes \(effect), most easily fooled network first: \(list: parts). Random \
      noise of the same size in the same places does so to no network more often than \
      \(strong: worst(of: entries, \.noiseSuccesses)), a photograph to none more often than \(strong: worst(of: entries, \.photoSuccesses)).
      """
  }

  /// The greatest share that any of the networks has of what is counted.
  func worst(of entries: [Sticker], _ successes: KeyPath<StickerResult, Int>) -> String {
    let worst = entries.map(\.value.result).max {
      $0[keyPath: successes] * max($1.counted.count, 1) < $1[keyPath: successes] * max($0.counted.count, 1)
    }
    return worst.map { Format.percent($0[keyPath: successes], of: $0.counted.count) } ?? Format.none
  }
}

extension StickerResult {
  /// The share of pictures on which the sticker did what it was made for.
  var successShare: Double { Double(successes) / Double(max(counted.count, 1)) }
}
