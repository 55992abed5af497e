import Probes
import Studies

extension ReportData {
  /// Where BagNets' evidence on cue-conflict pictures lies: in the shape, on its outline, around it.
  func localConflictSection() -> PageSection? {
    guard !localConflicts.isEmpty else { return nil }
    return PageSection(
      id: "local-conflict", title: "Where shape and texture argue",
      blocks: interruptions(localConflicts.map { ($0.name, $0.value.run) }) + [
        .paragraph(
          """
          Every cell of a BagNet sees one small square of a cue-conflict picture, and its logit for the shape’s category \
          less that for the texture’s is what it argues for. The mean over all cells is the same difference of the \
          picture’s logits, so the regions below divide the decision exactly: squares wholly inside the shape, squares \
          that see its outline, and squares wholly outside.
          """)
      ]
        + perQuestion(\.localConflicts) { view in
          [
            .figure(
              view.localConflictFigure(
                view.localConflicts.map { (entry: $0, summary: LocalConflictSummary($0.value.result)) }))
          ]
        })
  }

  private typealias Localised = (
    entry: Entry<Recorded<LocalConflictResult>>, summary: LocalConflictSummary
  )

  private func name(of region: ConflictRegion?) -> String {
    switch region {
    case .inside: "inside the shape"
    case .outline: "on its outline"
    case .outside: "outside it"
    case nil: "whole picture"
    }
  }

  private func style(of region: ConflictRegion?) -> SeriesStyle {
    .network(region.flatMap { ConflictRegion.allCases.firstIndex(of: $0).map { $0 + 1 } } ?? 0)
  }

  /// The whole picture's mean and then each region's, where there are any.
  private func means(
    _ summary: LocalConflictSummary
  ) -> [(region: ConflictRegion?, mean: SampleMean)] {
    let whole: [(ConflictRegion?, SampleMean)] = summary.difference.map { [(nil, $0)] } ?? []
    return whole + summary.regions.compactMap { part in part.evidence.map { (part.region, $0) } }
  }

  private func localConflictFigure(_ networks: [Localised]) -> Figure {
    let regions = [ConflictRegion?.none] + ConflictRegion.allCases.map(Optional.some)
    let rows = networks.map { network in
      RowPlot.Row(
        name: network.entry.name, observer: network.entry.name,
        points: means(network.summary).map { part in
          RowPlot.Point(
            value: part.mean.value, style: style(of: part.region),
            lane: regions.firstIndex(of: part.region) ?? 0, interval: part.mean.interval,
            label: Format.signed(part.mean.value, digits: 2))
        })
    }
    let bounds = rows.flatMap(\.points).flatMap {
      [$0.value, $0.interval?.lowerBound ?? $0.value, $0.interval?.upperBound ?? $0.value]
    }
    let reach = LocalConflictScale.reach(of: bounds)
    let chart = RowPlot(
      title: "Evidence for the shape less evidence for the texture, by region",
      summary: networks.flatMap { network in
        means(network.summary).map {
          "\(network.entry.name), \(name(of: $0.region)): \(Format.signed($0.mean.value, digits: 2))"
        }
      }.joined(separator: "; ") + ".",
      rows: rows, lanes: regions.count, domain: (-reach, reach),
      bottom: Axis(side: .bottom, name: "← texture · mean logit difference of the cells · shape →", steps: 4)
      {
        Format.signed($0, digits: reach < 1 ? 2 : 1)
      })
    var figure = Figure(
      id: id("figure-local-conflict"), chart: chart,
      caption: """
        Mean over stimuli of the cells’ logit for the shape less that for the texture. Right of the middle the shape \
        argues louder. Whiskers are 95\u{202F}% intervals of the mean over stimuli.
        """,
      data: localConflictTable(networks))
    figure.legend = regions.map { LegendItem(key: Mark.key(style(of: $0)), text: name(of: $0)) }
    return figure
  }

  private func localConflictTable(_ networks: [Localised]) -> Table {
    Table(
      "Evidence for the shape less evidence for the texture, and the cells that argue for the shape",
      text: ["Network", "Where"],
      numbers: [
        "Stimuli", "Share of cells", "Shape − texture", "95\u{202F}% interval", "Cells for the shape",
      ],
      rows: networks.flatMap { network in
        let whole = network.summary.difference.map { mean in
          [
            [
              network.entry.name, name(of: nil), Format.count(mean.count), Format.percent(1),
              Format.signed(mean.value, digits: 3), interval(mean), Format.none,
            ]
          ]
        }
        return (whole ?? [])
          + network.summary.regions.map { part in
            [
              network.entry.name, name(of: part.region), Format.count(part.evidence?.count ?? 0),
              Format.percent(part.cellShare),
              part.evidence.map { Format.signed($0.value, digits: 3) } ?? Format.none,
              interval(part.evidence), Format.percent(part.shapeShare),
            ]
          }
      })
  }

  private func interval(_ mean: SampleMean?) -> String {
    mean?.interval.map {
      "\(Format.signed($0.lowerBound, digits: 3)) to \(Format.signed($0.upperBound, digits: 3))"
    } ?? Format.none
  }
}

/// How far the axis of a signed figure reaches to either side.
enum LocalConflictScale {
  /// The smallest round number that holds every value; 1 without any.
  static func reach(of values: [Double]) -> Double {
    let greatest = values.map(abs).filter(\.isFinite).max() ?? 0
    guard greatest > 0 else { return 1 }
    var power = 1e-6
    while true {
      for factor in [1.0, 2, 3, 4, 5, 6, 8] where factor * power >= greatest { return factor * power }
      power *= 10
    }
  }
}
