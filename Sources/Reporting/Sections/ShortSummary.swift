import Probes
import Studies

/// The answers in a sentence each, for those who read no further.
extension ReportData {
  /// Nothing where only one network was asked: then the findings themselves are short.
  func shortFindings() -> [RichText] {
    let answers =
      stickerGroups.compactMap(shortSticker) + stimulusViews().compactMap { $0.shortCues() }
    return answers.isEmpty ? [] : answers + [howSure()]
  }

  private func shortSticker(_ group: [Sticker]) -> RichText? {
    guard group.count > 1, let most = group.first, let least = group.last else { return nil }
    func share(_ entry: Sticker) -> RichText {
      let result = entry.value.result
      let interval = WilsonInterval(successes: result.successes, of: result.counted.count)
      return """
        \(strong: Format.percent(result.successes, of: result.counted.count)) of \
        \(Format.count(result.counted.count, "picture")) (\(Format.interval(interval)))
        """
    }
    let effect =
      most.value.result.target.map { "makes it see “\(most.value.run.description.model.className($0))” in" }
      ?? "makes it give a wrong name to"
    return RichText(
      """
      \(strong: "Easiest to fool with a sticker") of \(Format.count(group.count, "network")): \(strong: most.name). One and \
      the same sticker\(mention(most.asked)) \(effect)\u{20}
      """, share(most), ". ", order(of: most, and: group[1]), " Hardest: \(least.name) with ", share(least),
      """
      . Random noise of the same size does so in at most \(worst(of: group, \.noiseSuccesses)), a photograph in at most \
      \(worst(of: group, \.photoSuccesses)).
      """)
  }

  /// Whether the first of two is fooled more often beyond chance.
  private func order(of most: Sticker, and next: Sticker) -> RichText {
    let (first, second) = (most.value.result, next.value.result)
    if let paired = PairedDifference(successes(most), successes(next)) {
      let range = "\(signed(paired.lower)) to \(signed(paired.upper)) points"
      return paired.isBeyondChance
        ? """
        Next comes \(next.name), \(strong: Format.fixed(100 * paired.difference, digits: 1)) points behind on the same \
        pictures (\(range)).
        """
        : "\(next.name) is as easily fooled as far as these pictures tell (difference \(range))."
    }
    let intervals = [first, second].map { WilsonInterval(successes: $0.successes, of: $0.counted.count) }
    let isClear = (intervals[0]?.lower ?? 0) > (intervals[1]?.upper ?? 1)
    let share = Format.percent(second.successes, of: second.counted.count)
    return isClear
      ? "Next comes \(next.name) with \(strong: share) (\(Format.interval(intervals[1])))."
      : """
      \(next.name) with \(strong: share) (\(Format.interval(intervals[1]))) may be as easily fooled: the two saw different \
      pictures, and the ranges overlap.
      """
  }

  private func successes(_ entry: Sticker) -> [String: Double] {
    stickerMeasurements(entry).first { $0.measure == "sticker_success" }?.items ?? [:]
  }

  private func shortCues() -> RichText? {
    let networks = cueNetworks
    guard networks.count > 1 else { return nil }
    let groups = Dictionary(grouping: networks) { CuePreference($0.value.result) }
    func names(_ preference: CuePreference) -> String {
      let found = (groups[preference] ?? []).sorted {
        ($0.value.result.shapeBias ?? 0.5) < ($1.value.result.shapeBias ?? 0.5)
      }
      return found.isEmpty
        ? "none"
        : found.map { "\($0.name) (\(Format.percent($0.value.result.shapeBias, digits: 0)))" }
          .joined(separator: ", ")
    }
    let unclear = groups[.unclear] == nil ? "" : "; open: \(names(.unclear))"
    return """
      \(strong: "Texture or shape?")\(mention(networks[0].asked)) Shown the shape of one thing in the texture of another, these go \
      \(strong: "by texture"): \(names(.texture)); \(strong: "by shape"): \(names(.shape))\(unclear). In brackets how \
      often the shape was named where either was.
      """
  }

  /// Networks that were shown cue conflicts, those with a known answer left out.
  var cueNetworks: [Entry<Recorded<TextureBiasResult>>] {
    let known = [BiasCalibration.textureNetwork, BiasCalibration.shapeNetwork]
    return textureBias.filter {
      $0.value.result.kind == .network && !known.contains($0.value.result.observer)
    }
  }

  private func howSure() -> RichText {
    """
    \(strong: "How sure?") About 95 of 100 ranges made like those in brackets hold the true share for pictures of this \
    kind; where two lie apart, chance in the choice of pictures does not explain the difference. They say nothing of other \
    stickers, other trainings or other kinds of pictures.
    """
  }
}
