import Probes
import Studies

extension ReportData {
  /// How often each network is right on clean pictures.
  func accuracySection() -> PageSection? {
    guard !accuracy.isEmpty else { return nil }
    return PageSection(
      id: "accuracy", title: "Clean accuracy",
      blocks: interruptions(accuracy.map { ($0.name, $0.value.run) })
        + perQuestion(\.accuracy) { [.figure($0.accuracyFigure())] + $0.confusionBlocks() })
  }

  private func accuracyFigure() -> Figure {
    let top1 = SeriesStyle(colour: 1, shape: .circle)
    let top5 = SeriesStyle(colour: 7, shape: .diamond, isFilled: false)
    let rows = accuracy.map { entry in
      RowPlot.Row(
        name: entry.name, observer: entry.name,
        points: points(
          [(entry.value.result.top1Correct, top1), (entry.value.result.top5Correct, top5)],
          of: entry.value.result.count))
    }
    let chart = RowPlot(
      title: "Clean accuracy of each network", summary: accuracySummary, rows: rows, lanes: 2,
      bottom: Axis(side: .bottom, name: "clean accuracy, %", label: percentTick))
    let table = Table(
      "Clean accuracy with 95\u{202F}% Wilson intervals", text: ["Network"],
      numbers: ["Pictures", "Top-1", "95\u{202F}% interval", "Top-5", "95\u{202F}% interval", "Skipped"],
      rows: accuracy.map { entry in
        let result = entry.value.result
        return [entry.name, Format.count(result.count)]
          + proportion(result.top1Correct, of: result.count)
          + proportion(result.top5Correct, of: result.count) + [Format.count(result.skipped.count)]
      })
    var figure = Figure(
      id: id("figure-accuracy"), chart: chart,
      caption: """
        Share of clean pictures named rightly: by the first answer (filled circles) and by one of the first five \
        (open diamonds). Whiskers are 95\u{202F}% Wilson intervals.
        """, data: table)
    figure.legend = [
      LegendItem(key: Mark.key(top1), text: "top-1"), LegendItem(key: Mark.key(top5), text: "top-5"),
    ]
    return figure
  }

  private var accuracySummary: String {
    accuracy.map {
      "\($0.name): \(Format.percent($0.value.result.top1Correct, of: $0.value.result.count)) top-1"
    }.joined(separator: "; ") + "."
  }

  // MARK: - Shared with the sticker's section

  /// One point for each count, each in its own lane with its interval; none where nothing was counted.
  func points(_ counts: [(count: Int, style: SeriesStyle)], of total: Int) -> [RowPlot.Point] {
    counts.enumerated().compactMap { lane, entry in
      guard let interval = WilsonInterval(successes: entry.count, of: total) else { return nil }
      return RowPlot.Point(
        value: Double(entry.count) / Double(total), style: entry.style, lane: lane,
        interval: interval.lower...interval.upper, label: Format.percent(entry.count, of: total))
    }
  }

  /// A proportion and its interval, as two cells.
  func proportion(_ count: Int, of total: Int) -> [String] {
    [Format.percent(count, of: total), Format.interval(WilsonInterval(successes: count, of: total))]
  }

  /// What an axis of fractions says in per cent.
  var percentTick: @Sendable (Double) -> String { { Format.fixed(100 * $0, digits: 0) } }

  /// Says which of the runs shown were interrupted.
  func interruptions(_ runs: [(name: String, run: Run)]) -> [PageBlock] {
    let names = runs.filter { $0.run.finished == nil }.map(\.name)
    guard !names.isEmpty else { return [] }
    return [
      .note(
        """
        Not finished: \(names.joined(separator: ", ")). The numbers hold for the pictures answered so far; the \
        same command continues the run.
        """)
    ]
  }
}
