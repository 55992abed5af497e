import Probes
import Studies

extension ReportData {
  /// How well attributions say what moved each network.
  func attributionSection() -> PageSection? {
    guard !attributions.isEmpty else { return nil }
    let truths = attributions.filter { entry in
      summaries(of: entry).contains { $0.pearson != nil }
    }
    return PageSection(
      id: "attribution", title: "Attribution methods, scored",
      blocks: interruptions(attributions.map { ($0.name, $0.value.run) }) + [
        .paragraph(
          """
          Explained is the class that a network answers to each clean picture. Patches of 8 × 8 pixels are ranked by a \
          map and masked with the network’s mean colour: under deletion the highest ranked go first, so a good map lets \
          the probability fall early and its area is small; under insertion they come first, and a large area is good. \
          Sensitivity-n is the correlation between a map’s sum over random sets of patches and the fall of the logit when \
          they are masked. Random numbers are the floor.
          """)
      ] + perQuestion(\.attributions) { [.figure($0.attributionFigure()), .table($0.attributionTable())] }
        + (truths.isEmpty
          ? []
          : [
            .paragraph(
              """
              A BagNet’s logit is the mean of its cells’ logits. In the game in which a cell is there or is not, the Shapley \
              value of a cell is therefore its own share of the logit: a truth that methods can be held against. Each map \
              is pooled to cells by dividing every pixel’s value evenly among the cells that see it. The evidence map’s own \
              row, spread over pixels and pooled back, shows what this rule allows; the relative error is that of the \
              values themselves and is given for maps in units of the logit.
              """)
          ]
            + perQuestion(\.attributions) { view in
              let own = view.attributions.filter { entry in
                summaries(of: entry).contains { $0.pearson != nil }
              }
              return own.isEmpty ? [] : [.table(view.truthTable(own))]
            }))
  }

  private typealias Scored = Entry<Recorded<AttributionScoreResult>>

  private func title(ofRanking name: String) -> String { AttributionRanking(name: name)?.title ?? name }

  /// The rankings asked about of any network, in the order of tables.
  private var rankings: [String] {
    let found = Set(attributions.flatMap(\.value.result.rankings))
    return AttributionRanking.all.map(\.name).filter(found.contains)
  }

  private func style(ofRanking name: String) -> SeriesStyle {
    .network(AttributionRanking.all.firstIndex { $0.name == name } ?? 0)
  }

  // MARK: - Figure

  private func attributionFigure() -> Figure {
    var figure = Figure(
      id: id("figure-attribution"),
      panels: attributions.enumerated().map {
        panel($0.element).draw(id: id("figure-attribution-\($0.offset)"))
      },
      caption: """
        Deletion: the mean probability of the answered class against the share of patches masked, those ranked highest \
        first. The lower a line, the better its map says what the answer rests on. Bands are 95\u{202F}% intervals of the \
        mean over pictures.
        """, data: curveTable())
    figure.legend = rankings.map {
      LegendItem(key: Mark.lineKey(style(ofRanking: $0)), text: title(ofRanking: $0))
    }
    return figure
  }

  private func panel(_ entry: Scored) -> LinePlot {
    let summaries = self.summaries(of: entry)
    let parts = summaries.compactMap { summary in
      summary.deletionArea.map {
        "\(title(ofRanking: summary.ranking)): area \(Format.fixed($0.value, digits: 3))"
      }
    }
    let levels = AttributionScoreProbe.shares.indices.map { place in
      place.isMultiple(of: 5) ? Format.fixed(100 * AttributionScoreProbe.shares[place], digits: 0) : ""
    }
    return LinePlot(
      title: entry.name, summary: parts.joined(separator: "; ") + ".", levels: levels,
      lines: summaries.map { summary in
        LinePlot.Line(
          style: style(ofRanking: summary.ranking),
          points: summary.deletion.map { mean in
            mean.map { mean in
              LinePlot.Point(
                value: mean.value,
                interval: mean.interval.map { max(0, $0.lowerBound)...min(1, max(0, $0.upperBound)) })
            }
          })
      }, levelName: "patches masked, %",
      vertical: VerticalAxis(name: "probability, %", label: percentTick))
  }

  // MARK: - Tables

  private func shown(_ mean: SampleMean?) -> String {
    mean.map { Format.fixed($0.value, digits: 3) } ?? Format.none
  }

  private func withInterval(_ mean: SampleMean?) -> String {
    guard let mean else { return Format.none }
    let value = Format.fixed(mean.value, digits: 3)
    guard let interval = mean.interval else { return value }
    return
      "\(value) (\(Format.fixed(interval.lowerBound, digits: 3))–\(Format.fixed(interval.upperBound, digits: 3)))"
  }

  private func rows(
    _ entries: [Scored], _ cells: (RankingSummary) -> [String]
  ) -> [[String]] {
    entries.flatMap { entry in
      summaries(of: entry).map { [entry.name, title(ofRanking: $0.ranking)] + cells($0) }
    }
  }

  private func attributionTable() -> Table {
    Table(
      "Areas under the curves and sensitivity-n, means over pictures with 95\u{202F}% intervals",
      text: ["Network", "Map"], numbers: ["Pictures", "Deletion", "Insertion", "Sensitivity-n"],
      rows: rows(attributions) { summary in
        [
          Format.count(summary.deletionArea?.count ?? 0), withInterval(summary.deletionArea),
          withInterval(summary.insertionArea), withInterval(summary.meanSensitivity),
        ]
      })
  }

  private func truthTable(_ entries: [Scored]) -> Table {
    Table(
      "Maps pooled to cells against the cells’ true contributions, means over pictures with 95\u{202F}% intervals",
      text: ["Network", "Map"], numbers: ["Pearson", "Spearman", "Relative error"],
      rows: rows(entries) { summary in
        [summary.pearson, summary.spearman, summary.relativeError].map { withInterval($0) }
      })
  }

  /// A row for each network and share of patches, a column for each map.
  private func curveTable() -> Table {
    Table(
      "Mean probability of the answered class with the highest ranked patches masked",
      text: ["Network", "Patches masked"], numbers: rankings.map { title(ofRanking: $0) },
      rows: attributions.flatMap { entry in
        let summaries = self.summaries(of: entry)
        return AttributionScoreProbe.shares.indices.map { place in
          [entry.name, Format.percent(AttributionScoreProbe.shares[place])]
            + rankings.map { name in
              shown(summaries.first { $0.ranking == name }?.deletion[place])
            }
        }
      })
  }
}
