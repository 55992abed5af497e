import Probes
import Studies

extension ReportData {
  /// How well networks name pictures by shape alone and by texture alone.
  func singleCueSection() -> PageSection? {
    guard !singleCues.isEmpty else { return nil }
    return PageSection(
      id: "single-cues", title: "One cue alone",
      blocks: interruptions(singleCues.map { ($0.name, $0.value.run) }) + [
        .paragraph(
          """
          Pictures with one cue only, such as edges, silhouettes or textures, named by the same decision between the \
          categories as the cue-conflict pictures (Geirhos et al. 2019).
          """)
      ]
        + perQuestion(\.singleCues, views: views(\.singleCues, member: \.value.result.set)) {
          [.figure($0.singleCueFigure())]
        })
  }

  private func singleCueFigure() -> Figure {
    let sets = distinct(singleCues.map(\.value.result.set))
    let names = distinct(singleCues.map(\.name))
    func entry(_ name: String, _ set: String) -> SingleCueResult? {
      singleCues.first { $0.name == name && $0.value.result.set == set }?.value.result
    }
    let chart = RowPlot(
      title: "Pictures named rightly by one cue alone",
      summary: singleCues.map {
        "\($0.name), \($0.value.result.set): \(Format.percent($0.value.result.accuracy))"
      }.joined(separator: "; ") + ".",
      rows: names.map { name in
        RowPlot.Row(
          name: name, observer: name,
          points: sets.enumerated().compactMap { place, set in
            entry(name, set).flatMap { result in
              result.accuracy.map { accuracy in
                RowPlot.Point(
                  value: accuracy, style: .network(place), lane: place,
                  interval: WilsonInterval(successes: result.correct, of: result.count).map {
                    $0.lower...$0.upper
                  }, label: Format.percent(accuracy))
              }
            }
          })
      }, lanes: sets.count, bottom: Axis(side: .bottom, name: "named rightly, %", label: percentTick))
    var figure = Figure(
      id: id("figure-single-cues"), chart: chart,
      caption: "Share of pictures whose category was answered, with 95\u{202F}% Wilson intervals.",
      data: Table(
        "Pictures named rightly by one cue alone", text: ["Network", "Cue"],
        numbers: ["Pictures", "Named rightly", "95\u{202F}% interval"],
        rows: singleCues.map { entry in
          let result = entry.value.result
          return [
            entry.name, result.set, Format.count(result.count),
            Format.percent(result.correct, of: result.count),
            Format.interval(WilsonInterval(successes: result.correct, of: result.count)),
          ]
        }))
    figure.legend = sets.enumerated().map {
      LegendItem(key: Mark.key(.network($0.offset)), text: $0.element)
    }
    return figure
  }
}
