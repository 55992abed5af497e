import Probes
import Studies

extension ReportData {
  /// The main numbers in words, each with the count it rests on.
  func summarySection() -> PageSection? {
    let findings =
      accuracy.map(finding(accuracy:)) + stickers.map(finding(sticker:)) + textureBiasFindings()
      + evidenceFinding()
    guard !findings.isEmpty else { return nil }
    return PageSection(
      id: "summary", title: "Summary",
      blocks: [
        .findings(findings),
        .paragraph("Ranges in brackets are 95\u{202F}% Wilson intervals."),
      ])
  }

  private func finding(accuracy entry: Entry<Recorded<AccuracyResult>>) -> RichText {
    let result = entry.value.result
    let share = Format.percent(result.top1Correct, of: result.count)
    let interval = Format.interval(WilsonInterval(successes: result.top1Correct, of: result.count))
    return
      "\(entry.name) names \(strong: share) of \(Format.count(result.count, "clean picture")) rightly (\(interval))."
  }

  private func finding(sticker entry: Entry<Recorded<StickerResult>>) -> RichText {
    let result = entry.value.result
    let count = result.counted.count
    let share = Format.percent(result.successes, of: count)
    let interval = Format.interval(WilsonInterval(successes: result.successes, of: count))
    let aim =
      result.target.map { "to be seen as “\(entry.value.run.description.model.className($0))”" }
      ?? "to be named wrongly"
    let noise = Format.percent(result.noiseSuccesses, of: count)
    let photo = Format.percent(result.photoSuccesses, of: count)
    let clean = Format.percent(result.cleanCorrect, of: result.answers.count)
    let covered = Format.percent(result.stickerCorrect, of: result.answers.count)
    return """
      The sticker causes \(strong: share) of \(Format.count(count, "picture")) (\(interval)) \(aim) by \
      \(entry.name); random noise of the same size in the same places does so for \(strong: noise), a photograph \
      for \(strong: photo). Accuracy falls from \(clean) to \(covered).
      """
  }

  private func textureBiasFindings() -> [RichText] {
    let networks = textureBias.filter { $0.value.result.kind == .network }
    let persons = textureBias.count - networks.count
    let observers = people.map { [(Format.count(persons, "person", "people") + " together", $0)] } ?? []
    return (observers + networks.map { ($0.name, $0.value.result) }).map { name, result in
      let decided = result.shapeCount + result.textureCount
      let interval = Format.interval(WilsonInterval(successes: result.shapeCount, of: decided))
      let verb = result.kind == .person && persons > 1 ? "follow" : "follows"
      return """
        Where shape and texture disagree, \(name) \(verb) shape in \
        \(strong: Format.percent(result.shapeBias)) of \(Format.count(decided, "decided answer")) (\(interval)); \
        \(Format.percent(result.coverage)) of \(Format.count(result.conflicts.count, "answer")) chose either.
        """
    }
  }

  private func evidenceFinding() -> [RichText] {
    guard !evidence.isEmpty else { return [] }
    let worst = evidence.map { abs($0.value.map.meanOfCells - Double($0.value.map.logit)) }.max() ?? 0
    return [
      """
      \(Format.count(evidence.count, "evidence map")) show which squares of a picture argued for a class; the mean \
      of a map's cells and the network's logit differ by at most \(strong: Format.precise(worst)).
      """
    ]
  }
}
