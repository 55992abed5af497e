import Layers
import Probes
import Studies

extension ReportData {
  /// How much of a BagNet there is in each network.
  func signatureSection() -> PageSection? {
    let runs =
      shuffling.map { ($0.name, $0.value.run) } + interactions.map { ($0.name, $0.value.run) }
      + sensitivity.map { ($0.name, $0.value.run) }
    guard !runs.isEmpty else { return nil }
    return PageSection(
      id: "signatures", title: "Signatures of a bag of features",
      blocks: interruptions(runs) + [
        .paragraph(
          """
          A BagNet counts what small squares of a picture say. How near other networks come to that, four questions \
          show (Brendel and Bethge 2019): whether pictures are still named rightly when their tiles change places, \
          whether the effects of masks add up, whether the same pictures are named wrongly, and whether the patches that \
          a BagNet goes by matter to other networks.
          """)
      ]
        + perQuestion(\.shuffling) { [.figure($0.keptFigure()), .figure($0.shufflingFigure())] }
        + perQuestion(\.interactions) { [.figure($0.interactionFigure())] }
        + perQuestion(\.shuffling) { $0.errorAgreements.isEmpty ? [] : [.figure($0.errorFigure())] }
        + perQuestion(\.sensitivity) { $0.sensitivityBlocks() })
  }

  /// Intervals as the command that asked printed them.
  func bootstrap(_ run: Run) -> Bootstrap { Bootstrap(seed: run.description.seed) }

  /// Whether no cell of the network sees two masks; nil for networks that see the whole picture at once.
  func isAdditive(_ layout: MaskLayout, for entry: Entry<Recorded<InteractionResult>>) -> Bool? {
    guard let model = entry.value.run.description.model, let field = model.receptiveField,
      model.inputSize > 0
    else { return nil }
    return layout.isAdditive(for: field, height: model.inputSize, width: model.inputSize)
  }

  // MARK: - Shuffling

  /// The networks in the order of what they keep.
  private func keptFigure() -> Figure {
    let entries = shuffling.enumerated().filter { $0.element.value.result.meanOverGrids != nil }
      .sorted {
        ($0.element.value.result.meanOverGrids ?? 0) > ($1.element.value.result.meanOverGrids ?? 0)
      }
    let whole = SeriesStyle(colour: 7, shape: .circle, isFilled: false)
    let chart = RowPlot(
      title: "Accuracy on shuffled pictures",
      summary: entries.map {
        "\($0.element.name): \(Format.percent($0.element.value.result.meanOverGrids))"
      }.joined(separator: "; ") + ".",
      rows: entries.map { place, entry in
        let result = entry.value.result
        return RowPlot.Row(
          name: entry.name,
          points: [
            RowPlot.Point(
              value: Double(result.cleanCorrect) / Double(max(1, result.count)), style: whole),
            RowPlot.Point(
              value: result.meanOverGrids ?? 0, style: .network(place),
              label: Format.percent(result.meanOverGrids)),
          ])
      },
      bottom: Axis(side: .bottom, name: "accuracy, %", label: percentTick))
    var figure = Figure(
      id: id("figure-shuffling-kept"), chart: chart,
      caption: """
        Share of shuffled pictures named rightly, averaged over the grids, the networks that keep most first; the open \
        circle is the share of whole pictures.
        """, data: keptTable(entries.map(\.element)))
    figure.legend = [LegendItem(key: Mark.key(whole), text: "whole pictures")]
    return figure
  }

  private func keptTable(_ entries: [Entry<Recorded<ShufflingResult>>]) -> Table {
    Table(
      "Accuracy on whole pictures and averaged over grids; of BagNets how far shuffling changes the mean logits of the "
        + "cells that see no seam between aligned tiles, relative to the greatest logit", text: ["Network"],
      numbers: ["Pictures", "Whole", "Over grids", "Change without seams", "Skipped"],
      rows: entries.map { entry in
        let result = entry.value.result
        return [
          entry.name, Format.count(result.count), Format.percent(result.cleanCorrect, of: result.count),
          Format.percent(result.meanOverGrids),
          result.innerDifference.map { Format.precise($0, digits: 2) } ?? Format.none,
          Format.count(result.skipped.count),
        ]
      })
  }

  private func shufflingFigure() -> Figure {
    let panels = [ShufflingCondition.Unit.grid, .tile].compactMap { unit -> Markup? in
      let conditions = distinct(shuffling.flatMap { $0.value.result.question.conditions })
        .filter { $0.unit == unit }.sorted { $0.value < $1.value }
      guard !conditions.isEmpty else { return nil }
      return panel(unit, conditions).draw(id: id("figure-shuffling-\(unit.rawValue)"))
    }
    var figure = Figure(
      id: id("figure-shuffling"), panels: panels,
      caption: """
        Share of pictures named rightly when their tiles change places: by the number of tiles along each side, and by \
        the tiles’ side in pixels as the network sees them. Bands are 95\u{202F}% Wilson intervals. Each picture has one \
        permutation for each cut, from the seed and its own name.
        """, data: conditionTable())
    figure.legend = shuffling.enumerated().map { place, entry in
      LegendItem(key: Mark.lineKey(.network(place)), text: entry.name)
    }
    return figure
  }

  private func panel(_ unit: ShufflingCondition.Unit, _ conditions: [ShufflingCondition]) -> LinePlot {
    LinePlot(
      title: unit == .grid ? "Shuffled grids" : "Shuffled patches",
      summary: shuffling.map { entry in
        let points = entry.value.result.points.filter { $0.condition.unit == unit }
        let shares = points.map { Format.percent($0.correct, of: entry.value.result.count) }
        return "\(entry.name): " + shares.joined(separator: ", ")
      }.joined(separator: "; ") + ".",
      levels: conditions.map { "\($0.value)" },
      lines: shuffling.enumerated().map { place, entry in
        let result = entry.value.result
        return LinePlot.Line(
          style: .network(place),
          points: conditions.map { condition in
            guard let point = result.points.first(where: { $0.condition == condition }),
              let interval = WilsonInterval(successes: point.correct, of: result.count)
            else { return nil }
            return LinePlot.Point(
              value: Double(point.correct) / Double(result.count), interval: interval.lower...interval.upper)
          })
      },
      levelName: unit == .grid ? "tiles along each side" : "a tile’s side, pixels",
      vertical: VerticalAxis(name: "accuracy, %", label: percentTick))
  }

  /// A row for each network and cut.
  private func conditionTable() -> Table {
    Table(
      "Accuracy on shuffled pictures; of BagNets also by the cells that see no seam between aligned tiles",
      text: ["Network", "Cut"],
      numbers: ["Accuracy", "95\u{202F}% interval", "Without seams, shuffled", "The same cells, whole"],
      rows: shuffling.flatMap { entry in
        let result = entry.value.result
        return result.points.map { point in
          let value = point.condition.value
          return [
            entry.name,
            point.condition.unit == .grid ? "\(value) × \(value) tiles" : "tiles of \(value) px",
          ] + proportion(point.correct, of: result.count)
            + [point.innerCorrect, point.innerCleanCorrect].map {
              $0.map { Format.percent($0, of: result.count) } ?? Format.none
            }
        }
      })
  }

  // MARK: - Interactions and errors

  /// The networks in the order of their correlations.
  private func interactionFigure() -> Figure {
    let found = interactions.map { (entry: $0, points: points(of: $0)) }
    func mean(_ points: [InteractionResult.Point]) -> Double {
      let known = points.compactMap(\.correlation)
      return known.isEmpty ? -1 : known.reduce(0, +) / Double(known.count)
    }
    let ordered = found.sorted { mean($0.points) > mean($1.points) }
    let layouts = distinct(interactions.flatMap { $0.value.result.question.layouts })
    let lowest =
      found.flatMap(\.points).compactMap { $0.interval?.lowerBound ?? $0.correlation }.min() ?? 0
    let chart = RowPlot(
      title: "Correlation of joint and summed effects of masks",
      summary: ordered.map { entry, points in
        "\(entry.name): "
          + points.map { $0.correlation.map { Format.fixed($0, digits: 2) } ?? Format.none }
          .joined(separator: ", ")
      }.joined(separator: "; ") + ".",
      rows: ordered.map { entry, points in
        RowPlot.Row(
          name: entry.name,
          points: points.compactMap { point in
            guard let correlation = point.correlation, let lane = layouts.firstIndex(of: point.layout)
            else { return nil }
            return RowPlot.Point(
              value: correlation, style: .network(lane), lane: lane, interval: point.interval,
              label: Format.fixed(correlation, digits: 3))
          })
      },
      lanes: max(1, layouts.count), domain: (lowest < 0 ? -1 : 0, 1),
      bottom: Axis(side: .bottom, name: "Pearson’s correlation", steps: lowest < 0 ? 4 : 5) {
        Format.fixed($0, digits: 1)
      })
    var figure = Figure(
      id: id("figure-interactions"), chart: chart,
      caption: """
        Correlation over pictures between the fall of the true class’ logit under all masks at once and the sum of its \
        falls under each mask alone; the networks with the greatest first. Whiskers are 95\u{202F}% intervals, by drawing \
        pictures again. A BagNet no cell of which sees two masks has exactly 1.
        """,
      data: Table(
        "Correlation of joint and summed falls; the greatest difference is relative to the greatest joint fall",
        text: ["Network", "Masks"],
        numbers: [
          "Pictures", "Correlation", "95\u{202F}% interval", "Greatest difference", "Adds up exactly",
        ],
        rows: ordered.flatMap { entry, points in
          points.map { point in
            [
              entry.name, point.layout.text, Format.count(entry.value.result.count),
              point.correlation.map { Format.fixed($0, digits: 6) } ?? Format.none,
              Format.interval(point.interval),
              point.greatestDifference.map { Format.precise($0, digits: 2) } ?? Format.none,
              isAdditive(point.layout, for: entry).map { $0 ? "yes" : "no" } ?? Format.none,
            ]
          }
        }))
    figure.legend = layouts.enumerated().map { lane, layout in
      LegendItem(key: Mark.key(.network(lane)), text: layout.text)
    }
    return figure
  }

  private func errorFigure() -> Figure {
    let agreements = errorAgreements
    let names = distinct(agreements.flatMap { [$0.first, $0.second] })
    func kappa(_ one: String, _ other: String) -> Double? {
      agreements.first {
        ($0.first == one && $0.second == other) || ($0.first == other && $0.second == one)
      }?.consistency.kappa
    }
    let chart = MatrixPlot(
      title: "Error consistency of every two networks",
      summary: agreements.map { pair in
        "\(pair.first) and \(pair.second): "
          + (pair.consistency.kappa.map { Format.fixed($0, digits: 2) } ?? Format.none)
      }.joined(separator: "; ") + ".",
      rowName: "network", columnName: "network", rows: names, columns: names,
      values: names.map { row in names.map { row == $0 ? nil : kappa(row, $0) } })
    return Figure(
      id: id("figure-errors"), matrix: chart,
      caption: """
        Error consistency in hundredths of kappa, on whole pictures: 0 for errors as chance would spread them, 100 for \
        the same errors (Geirhos, Meding and Wichmann 2020).
        """,
      data: Table(
        "Errors of every two networks on whole pictures", text: ["First", "Second"],
        numbers: [
          "Pictures", "Accuracies", "κ", "95\u{202F}% interval", "Correlation of accuracies over classes",
        ],
        rows: agreements.map { pair in
          [
            pair.first, pair.second, Format.count(pair.consistency.count),
            Format.percent(pair.consistency.firstAccuracy) + ", "
              + Format.percent(pair.consistency.secondAccuracy),
            pair.consistency.kappa.map { Format.fixed($0, digits: 3) } ?? Format.none,
            Format.interval(pair.interval),
            pair.correlation.map { Format.fixed($0, digits: 3) } ?? Format.none,
          ]
        }))
  }
}
