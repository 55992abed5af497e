import Probes
import Studies

extension ReportData {
  /// The sticker, what it does, and what its controls do.
  func stickerSection() -> PageSection? {
    guard !stickers.isEmpty else { return nil }
    return PageSection(
      id: "sticker", title: "The sticker",
      blocks: interruptions(stickers.map { ($0.name, $0.value.run) }) + [.paragraph(successDefinition)]
        + perQuestion(\.stickers) {
          $0.stickerPictures() + [.figure($0.successFigure())] + $0.gallery()
        })
  }

  private var successDefinition: RichText {
    let targets = Set(stickers.map(\.value.result.target))
    return switch (targets.contains(nil), targets.count > 1) {
    case (false, _):
      """
      Success means: the network’s first answer is the target class, counted on pictures whose true class is \
      another.
      """
    case (true, false):
      "Success means: the network’s first answer is not the picture’s true class."
    case (true, true):
      """
      Success means: the network’s first answer is the target class, counted on pictures whose true class is \
      another; without a target, that it is not the picture’s true class.
      """
    }
  }

  // MARK: - Pictures

  private func stickerPictures() -> [PageBlock] {
    // Every network's run holds the sticker and its controls: each sticker is shown once, with its controls.
    var seen: Set<EncodedPicture> = []
    let shown = stickers.flatMap { entry -> [Artifact] in
      let parts = artifacts(of: entry).filter { [.sticker, .noiseControl, .photoControl].contains($0.role) }
      let identity = parts.first { $0.role == .sticker } ?? parts.first
      return identity.map { seen.insert($0.picture).inserted } == true ? parts : []
    }
    guard !shown.isEmpty else { return [] }
    return [
      .pictures(
        shown.map { artifact in
          let name: String =
            switch artifact.role {
            case .noiseControl: "Control: random noise"
            case .photoControl: "Control: photograph"
            default: "Sticker"
            }
          // Small stickers are enlarged by a whole factor, so that each pixel stays a square.
          let factor = max(1, 208 / artifact.picture.width)
          let size = "\(artifact.picture.width)\u{A0}×\u{A0}\(artifact.picture.height)\u{A0}px"
          return ShownPicture(
            picture: artifact.picture, alternative: "\(name), \(artifact.caption)",
            caption: "\(strong: name) \(artifact.caption) (\(size))", isPixelated: true,
            width: min(artifact.picture.width * factor, 320))
        })
    ]
  }

  private func gallery() -> [PageBlock] {
    let pairs = stickers.flatMap { entry in
      let artifacts = artifacts(of: entry)
      let after = Dictionary(
        artifacts.filter { $0.role == .after }.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      return artifacts.filter { $0.role == .before }.compactMap { before in
        after[before.name].map { pair(before: before, after: $0, of: entry.name) }
      }
    }
    guard !pairs.isEmpty else { return [] }
    return [
      .paragraph(
        """
        \(Format.count(pairs.count, "picture")) without (left) and with the sticker (right); below each the \
        network’s first answer.
        """),
      .pairs(pairs),
    ]
  }

  private func pair(before: Artifact, after: Artifact, of model: String) -> PicturePair {
    func shown(_ artifact: Artifact, _ state: String) -> ShownPicture {
      ShownPicture(
        picture: artifact.picture,
        alternative: "\(artifact.name) \(state) the sticker, seen as \(artifact.caption)",
        caption: "\(artifact.caption)", width: min(artifact.picture.width, 224))
    }
    let name = stickers.count > 1 ? "\(before.name), \(model)" : before.name
    return PicturePair(name: name, before: shown(before, "without"), after: shown(after, "with"))
  }

  // MARK: - Success

  private func successFigure() -> Figure {
    let rows = stickers.map { entry in
      let result = entry.value.result
      return RowPlot.Row(
        name: entry.name, observer: entry.name,
        points: points(
          StickerSeries.all.map { (result[keyPath: $0.successes], $0.style) }, of: result.counted.count))
    }
    let summary =
      stickers.map { entry in
        let result = entry.value.result
        let count = result.counted.count
        return
          "\(entry.name): sticker \(Format.percent(result.successes, of: count)), photograph "
          + "\(Format.percent(result.photoSuccesses, of: count)), noise "
          + Format.percent(result.noiseSuccesses, of: count)
      }.joined(separator: "; ") + "."
    let chart = RowPlot(
      title: "Success of the sticker and of its two controls", summary: summary, rows: rows, lanes: 3,
      bottom: Axis(side: .bottom, name: "success, %", label: percentTick))
    var figure = Figure(
      id: id("figure-sticker"), chart: chart,
      caption: """
        Success of the sticker and of two controls of the same size in the same places: random noise and a \
        photograph. Whiskers are 95\u{202F}% Wilson intervals. What the sticker adds is its distance from \
        the controls.
        """, data: successTable())
    figure.legend = StickerSeries.all.map { LegendItem(key: Mark.key($0.style), text: $0.name) }
    return figure
  }

  private func successTable() -> Table {
    let interval = "95\u{202F}% interval"
    return Table(
      "Success with 95\u{202F}% Wilson intervals, and accuracy on all pictures", text: ["Network", "Target"],
      numbers: [
        "Counted", "Sticker", interval, "Photograph", interval, "Noise", interval, "All pictures",
        "Accuracy, clean", "Accuracy, sticker", "Skipped",
      ],
      rows: stickers.map { entry in
        let result = entry.value.result
        let count = result.counted.count
        let all = result.answers.count
        return [
          entry.name,
          result.target.map { entry.value.run.description.model.className($0) } ?? "none",
          Format.count(count),
        ] + proportion(result.successes, of: count) + proportion(result.photoSuccesses, of: count)
          + proportion(result.noiseSuccesses, of: count)
          + [
            Format.count(all), Format.percent(result.cleanCorrect, of: all),
            Format.percent(result.stickerCorrect, of: all), Format.count(result.skipped.count),
          ]
      })
  }
}
