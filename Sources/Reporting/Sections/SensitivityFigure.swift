import Probes
import Studies

extension ReportData {
  /// How fast each network loses the true class under each ranking.
  func sensitivityBlocks() -> [PageBlock] {
    guard !sensitivity.isEmpty else { return [] }
    let found = sensitivity.map {
      (entry: $0, curves: curves(of: $0))
    }.filter { !$0.curves.isEmpty }
    let rankings = distinct(sensitivity.flatMap { $0.value.result.question.rankings })
    func style(_ ranking: String) -> SeriesStyle {
      .network(rankings.firstIndex(of: ranking) ?? rankings.count)
    }
    let panels = found.enumerated().map { place, item in
      let (entry, curves) = item
      let question = entry.value.result.question
      return LinePlot(
        title: entry.name,
        summary: curves.map { "\($0.ranking): falls by \(Format.fixed($0.meanFall, digits: 3)) on average" }
          .joined(separator: "; ") + ".",
        levels: ["0"] + question.counts.map { "\($0)" },
        lines: curves.map { curve in
          LinePlot.Line(
            style: style(curve.ranking),
            points: ([entry.value.result.clean ?? 0] + curve.probabilities).map { LinePlot.Point(value: $0) })
        },
        levelName: "patches of \(question.side) × \(question.side) pixels masked",
        vertical: VerticalAxis(name: "probability of the class, %", label: percentTick)
      ).draw(id: id("figure-sensitivity-\(place)"))
    }
    var figure = Figure(
      id: id("figure-sensitivity"), panels: panels,
      caption: """
        Mean probability of the true class when the patches that a ranking puts first are masked with the mean colour: \
        the faster it falls, the better the ranking knows what the network goes by. Evidence is that of the BagNet named; \
        the other maps are the network’s own.
        """,
      data: Table(
        "Mean fall of the true class’ probability over the numbers of patches, the greatest first",
        text: ["Network", "Ranking"],
        numbers: ["Pictures", "Whole", "Mean fall", "95\u{202F}% interval"],
        rows: found.flatMap { entry, curves in
          curves.sorted { $0.meanFall > $1.meanFall }.map { curve in
            [
              entry.name, curve.ranking, Format.count(entry.value.result.count),
              entry.value.result.clean.map { Format.fixed($0, digits: 3) } ?? Format.none,
              Format.fixed(curve.meanFall, digits: 3), Format.interval(curve.interval),
            ]
          }
        }))
    figure.legend = rankings.map { LegendItem(key: Mark.lineKey(style($0)), text: $0) }
    return [.figure(figure)]
  }
}
