import Probes
import Studies

extension ReportData {
  /// Whether people and networks err on the same cue-conflict stimuli.
  func errorConsistencySection() -> PageSection? {
    let views = stimulusViews().filter { !($0.errorConsistency?.pairs.isEmpty ?? true) }
    guard !views.isEmpty else { return nil }
    return PageSection(
      id: "error-consistency", title: "Errors in common",
      blocks: [
        .paragraph(
          """
          Error consistency is kappa of right and wrong, the shape being right, over all cue-conflict pictures that both \
          observers saw, those whose cues agree among them (Geirhos, Meding and Wichmann 2020): 0 for errors as chance \
          would spread them at these accuracies, 1 for the same errors.
          """)
      ] + perQuestion(\.textureBias, views: views) { $0.errorConsistencyBlocks() })
  }

  private func errorConsistencyBlocks() -> [PageBlock] {
    guard let consistency = errorConsistency else { return [] }
    return (consistency.people == nil && consistency.networks.isEmpty ? [] : [.figure(figure(consistency))])
      + [.folded(title: "Every two observers", table: pairTable(consistency))]
  }

  /// Of all observers; nil for fewer than two.
  var errorConsistency: ObserverConsistency? {
    guard textureBias.count > 1 else { return nil }
    return ObserverConsistency(
      textureBias.map { entry in
        var result = entry.value.result
        result.observer = entry.name
        return result
      })
  }

  /// People among themselves first, then the networks, those most like people first.
  private func figure(_ consistency: ObserverConsistency) -> Figure {
    let networks = textureBias.map(\.value.result).filter { $0.kind == .network }
    let order = textureBias.filter { $0.value.result.kind == .network }.map(\.name)
    let means =
      (consistency.people.map { [$0] } ?? []) + consistency.networks.sorted { $0.kappa > $1.kappa }
    func style(_ mean: ObserverConsistency.Mean) -> SeriesStyle {
      mean.network.map { .network(order.firstIndex(of: $0) ?? networks.count) } ?? .people
    }
    func name(_ mean: ObserverConsistency.Mean) -> String { mean.network ?? "people with each other" }
    let lowest = means.map { $0.interval?.lowerBound ?? $0.kappa }.min() ?? 0
    let chart = RowPlot(
      title: "Error consistency with people",
      summary: means.map { "\(name($0)): \(Format.fixed($0.kappa, digits: 3))" }.joined(separator: "; ")
        + ".",
      rows: means.map { mean in
        RowPlot.Row(
          name: name(mean),
          points: [
            RowPlot.Point(
              value: mean.kappa, style: style(mean), interval: mean.interval,
              label: Format.fixed(mean.kappa, digits: 3))
          ])
      },
      domain: (lowest < 0 ? -0.2 : 0, 1),
      bottom: Axis(side: .bottom, name: "mean error consistency with people, κ", steps: lowest < 0 ? 6 : 5) {
        Format.fixed($0, digits: 1)
      })
    return Figure(
      id: id("figure-error-consistency"), chart: chart,
      caption: """
        Mean of kappa over the pairs of people, and over each network’s pairs with people. Whiskers are 95\u{202F}% \
        intervals, by drawing stimuli again.
        """,
      data: Table(
        "Mean error consistency, with 95\u{202F}% intervals", text: ["Observer"],
        numbers: ["Pairs", "κ", "95\u{202F}% interval"],
        rows: means.map { mean in
          [
            name(mean), Format.count(mean.pairs), Format.fixed(mean.kappa, digits: 3),
            Format.interval(mean.interval),
          ]
        }))
  }

  private func pairTable(_ consistency: ObserverConsistency) -> Table {
    Table(
      "Error consistency of every two observers", text: ["First", "Second"],
      numbers: ["Stimuli", "Agreement", "By chance", "κ", "95\u{202F}% interval"],
      rows: consistency.pairs.map { pair in
        [
          pair.first, pair.second, Format.count(pair.consistency.count),
          Format.percent(pair.consistency.observed), Format.percent(pair.consistency.expected),
          pair.consistency.kappa.map { Format.fixed($0, digits: 3) } ?? Format.none,
          Format.interval(pair.interval),
        ]
      })
  }
}
