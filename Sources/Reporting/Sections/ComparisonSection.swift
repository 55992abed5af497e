import Probes
import Studies

extension ReportData {
  /// BagNets beside the standard networks on the same pictures; nothing where only one sort was asked.
  func comparisonSection() -> PageSection? {
    let comparisons = localComparisons
    guard !comparisons.isEmpty else { return nil }
    return PageSection(
      id: "comparison", title: "BagNets beside standard networks",
      blocks: [
        .paragraph(
          """
          Each local network beside the mean of the standard networks, on the pictures that all of them saw. Differences \
          are paired: every picture is compared with itself. Where an interval leaves 0 out, chance in the choice of \
          pictures alone would seldom give such a difference.
          """),
        .figure(comparisonFigure(comparisons)),
      ])
  }

  private struct LocalComparison {
    let name: String
    let title: String
    /// The title in few words.
    let short: String
    let others: [String]
    let difference: PairedDifference
  }

  /// For each question asked of both sorts, each local network beside the mean of the others.
  private var localComparisons: [LocalComparison] {
    let measures = ["clean_accuracy", "sticker_success", "robust_accuracy"]
    let asked = measurements.filter { measures.contains($0.measure) && $0.value != nil }
    let local = Set(models.filter { $0.value.receptiveField != nil }.map(\.name))
    let known = Set(models.map(\.name))
    func key(_ measurement: Measurement) -> MeasurementKey { MeasurementKey(measurement) }
    return distinct(asked.map(key)).flatMap { wanted -> [LocalComparison] in
      let all = asked.filter { key($0) == wanted && known.contains($0.name) }
      let standard = all.filter { !local.contains($0.name) }
      // Those that saw none of the pictures have no part in the mean.
      return all.filter { local.contains($0.name) }.compactMap { own in
        let others = standard.filter { other in own.items.keys.contains { other.items[$0] != nil } }
        return PairedDifference(own.items, ReportData.meanShares(others)).map {
          LocalComparison(
            name: own.name, title: own.heading + mention(own.asked),
            short: ([own.measure.replacing("_", with: " ")]
              + own.details.prefix(own.measure == "robust_accuracy" ? 3 : 0))
              .joined(separator: ", ") + mention(own.asked), others: others.map(\.name), difference: $0)
        }
      }
    }
  }

  /// For each picture that all saw the share of them for which it counts.
  private static func meanShares(_ measurements: [Measurement]) -> [String: Double] {
    guard let first = measurements.first else { return [:] }
    let common = measurements.dropFirst().reduce(into: Set(first.items.keys)) {
      $0.formIntersection($1.items.keys)
    }
    return Dictionary(
      uniqueKeysWithValues: common.map { picture in
        let sum = measurements.reduce(0) { $0 + ($1.items[picture] ?? 0) }
        return (picture, sum / Double(measurements.count))
      })
  }

  private func comparisonFigure(_ comparisons: [LocalComparison]) -> Figure {
    let counted = distinct(comparisons.map(\.short))
    func style(_ short: String) -> SeriesStyle { .network(counted.firstIndex(of: short) ?? 0) }
    let reach = comparisons.map { max(abs($0.difference.lower), abs($0.difference.upper)) }.max() ?? 1
    // Even tenths, so that the ticks are round.
    let limit = max(0.1, (reach * 10).rounded(.up) / 10)
    let chart = RowPlot(
      title: "Local networks beside the mean of the standard ones",
      summary: comparisons.map {
        "\($0.title), \($0.name): \(signed($0.difference.difference)) points"
      }.joined(separator: "; ") + ".",
      rows: distinct(comparisons.map(\.name)).map { name in
        RowPlot.Row(
          name: name, observer: name,
          points: comparisons.filter { $0.name == name }.map { comparison in
            let difference = comparison.difference
            return RowPlot.Point(
              value: difference.difference, style: style(comparison.short),
              lane: counted.firstIndex(of: comparison.short) ?? 0,
              interval: difference.lower...difference.upper, label: signed(difference.difference),
              isFaint: !difference.isBeyondChance)
          })
      }, lanes: counted.count,
      references: [], domain: (-limit, limit),
      bottom: Axis(
        side: .bottom, name: "difference to the standard networks, points", steps: 4,
        label: { Format.fixed(100 * $0, digits: 0) }))
    var figure = Figure(
      id: "figure-comparison", chart: chart,
      caption: """
        To the right the local network has more of what is counted than the mean of the standard networks. Whiskers are \
        95\u{202F}% intervals of the paired difference; faint points cannot be told from 0.
        """,
      data: Table(
        "Local networks beside the mean of the standard ones, on the same pictures",
        text: ["Network", "Counted", "Standard networks"],
        numbers: ["Pictures", "Share", "Standard", "Difference", "95\u{202F}% interval"],
        rows: comparisons.map { comparison in
          let difference = comparison.difference
          return [
            comparison.name, comparison.title, comparison.others.joined(separator: ", "),
            Format.count(difference.count), Format.percent(difference.first),
            Format.percent(difference.second), signed(difference.difference),
            "\(signed(difference.lower)) to \(signed(difference.upper))",
          ]
        }))
    figure.legend = counted.map { LegendItem(key: Mark.key(style($0)), text: $0) }
    return figure
  }

  /// A difference of shares in points, with its sign.
  func signed(_ difference: Double) -> String {
    Format.signed(100 * difference, digits: 1)
  }
}
