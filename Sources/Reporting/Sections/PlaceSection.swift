import Probes
import Studies

extension ReportData {
  /// Where in a picture the sticker works.
  func placeSection() -> PageSection? {
    guard !places.isEmpty else { return nil }
    let about = PageBlock.paragraph(
      """
      The sticker was laid at every place of a grid on every picture, and so were its controls. Each square of a map \
      stands for the sticker’s middle; its colour is the share of pictures on which the sticker there succeeds.
      """)
    return PageSection(
      id: "places", title: "Where the sticker works",
      blocks: interruptions(places.map { ($0.name, $0.value.recorded.run) }) + [about]
        + perQuestion(\.places) { $0.placeBlocks() })
  }

  private func placeBlocks() -> [PageBlock] {
    let maps = places.enumerated().compactMap { map($0.element, number: $0.offset + 1) }
    let drawn: [PageBlock] =
      maps.isEmpty
      ? []
      : [
        .drawing(
          PlaceDrawing.scale.legend(
            id: id("places-scale"), title: "Colour scale of success by place",
            summary:
              "From near white, where nothing succeeds, to dark orange, where every picture is fooled.",
            axis: Axis(side: .bottom, name: "success, %", label: percentTick), isSigned: false)),
        .maps(maps),
      ]
    return drawn + [.table(summaryTable())]
  }

  private func map(_ entry: Entry<PicturedPlaces>, number: Int) -> MapFigure? {
    let result = entry.value.recorded.result
    guard let scene = entry.value.scene, result.images > 0 else { return nil }
    let id = self.id("figure-places-\(number)")
    let aim =
      result.target.map { "aimed at “\(entry.value.recorded.run.description.model.className($0))”" }
      ?? "untargeted"
    return MapFigure(
      id: id,
      caption: """
        Success by place of a sticker \(aim), on \(strong: entry.name), over one of the \
        \(Format.count(result.images, "picture"))\(result.bestPlace == nil ? "" : "; the outline is the sticker where it succeeds most")
        """,
      check: check(of: result), panels: PlaceDrawing(result: result, picture: scene.picture, id: id).panels(),
      dataTitle: "Success at each place", data: placeTable(result))
  }

  private func check(of result: PlaceResult) -> RichText {
    guard let best = result.successes.max(), let worst = result.successes.min(), best > 0 else {
      return "The sticker succeeds on no picture at any place."
    }
    func share(_ count: Int) -> RichText {
      """
      \(strong: Format.percent(count, of: result.images)) \
      (\(Format.interval(WilsonInterval(successes: count, of: result.images))))
      """
    }
    return RichText(
      "Best place: ", share(best), "; worst place: ", share(worst),
      "; photograph at its best place: \(percent(result.photoSuccesses.max(), result)).")
  }

  private func percent(_ count: Int?, _ result: PlaceResult) -> String {
    count.map { Format.percent($0, of: result.images) } ?? Format.none
  }

  /// A row of the grid is a row of the table, the sticker's first and then each control's.
  private func placeTable(_ result: PlaceResult) -> Table {
    let stride = result.question.stride
    let kinds = [
      ("sticker", result.successes), ("photograph", result.photoSuccesses), ("noise", result.noiseSuccesses),
    ]
    return Table(
      "Success in per cent of \(Format.count(result.images, "picture")), by the left and upper edge of what is seen of "
        + "the sticker, in pixels",
      text: ["With, upper edge"], numbers: (0..<result.columns).map { "\($0 * stride)" },
      rows: kinds.flatMap { name, counts in
        (0..<result.rows).map { row in
          ["\(name), \(row * stride)"]
            + (0..<result.columns).map { column in
              Format.fixed(
                100 * Double(counts[row * result.columns + column]) / Double(max(result.images, 1)), digits: 1
              )
            }
        }
      })
  }

  private func summaryTable() -> Table {
    Table(
      "Success over all places; the best of many places is a little luckier than the rest",
      text: ["Network"],
      numbers: [
        "Pictures", "Places", "Sticker, mean", "at its best place", "at its worst", "Photograph, mean",
        "at its best",
        "Noise, mean", "at its best",
      ],
      rows: places.map { entry in
        let result = entry.value.recorded.result
        func mean(_ counts: [Int]) -> String { Format.percent(counts.reduce(0, +), of: result.trials) }
        return [
          entry.name, Format.count(result.images), "\(result.columns)\u{A0}×\u{A0}\(result.rows)",
          mean(result.successes), percent(result.successes.max(), result),
          percent(result.successes.min(), result), mean(result.photoSuccesses),
          percent(result.photoSuccesses.max(), result), mean(result.noiseSuccesses),
          percent(result.noiseSuccesses.max(), result),
        ]
      })
  }
}
