import Probes
import Studies

extension ReportData {
  /// What several studies found of the same observers; nothing where no two hold the same share.
  func sideBySideSection() -> PageSection? {
    let shared = sharedMeasurements
    guard !shared.isEmpty else { return nil }
    let changed = shared.flatMap(changes).filter(\.paired.isBeyondChance)
    let measures = ["clean_accuracy", "sticker_success", "robust_accuracy", "shape_bias"]
    let shown = distinct(shared.filter { measures.contains($0.measure) }.map(\.key))
    let figures = shown.enumerated().map { place, key in
      PageBlock.figure(sideBySideFigure(shared.filter { $0.key == key }, number: place + 1))
    }
    let others = shared.filter { !measures.contains($0.measure) }
    let rest: [PageBlock] =
      others.isEmpty
      ? [] : [.folded(title: "Everything else that they share", table: sideBySideTable(others))]
    return PageSection(
      id: "studies", title: "The studies side by side",
      blocks: [
        .paragraph(
          """
          What more than one study holds of the same network. Differences are taken from the first study that holds the \
          share, on the pictures that both answered, each picture with itself; where an interval leaves 0 out, chance in \
          the choice of pictures alone would seldom give it.
          """),
        .findings(
          changed.isEmpty
            ? ["No share differs between studies by more than chance in the choice of pictures gives."]
            : changed.map(words)),
      ] + figures + rest)
  }

  /// One share of one observer, in each study that holds it.
  private struct SharedMeasurement {
    let observer: String
    /// In the order of the studies; at least two.
    let measurements: [Measurement]
    var measure: String { measurements[0].measure }
    var key: MeasurementKey { MeasurementKey(measurements[0]) }
    var title: String { measurements[0].heading }
  }

  /// A later study's share beside the first's.
  private struct Change {
    let shared: SharedMeasurement
    let first, later: Measurement
    let paired: PairedDifference
  }

  private var sharedMeasurements: [SharedMeasurement] {
    guard studies.count > 1 else { return [] }
    struct Key: Hashable {
      let number: MeasurementKey
      let observer: String
    }
    // What is no share of pictures cannot stand on the figures' axes.
    let counted = measurements.filter { $0.value != nil && $0.unit == .share && !$0.items.isEmpty }
    func key(_ measurement: Measurement) -> Key {
      Key(number: MeasurementKey(measurement), observer: measurement.observer)
    }
    let groups = Dictionary(grouping: counted, by: key)
    return distinct(counted.map(key)).compactMap { key in
      // A study that has the same observer twice, as two sorts of answers, shows its first.
      var seen: Set<String> = []
      let own = (groups[key] ?? []).filter { seen.insert($0.study).inserted }
      return own.count > 1 ? SharedMeasurement(observer: key.observer, measurements: own) : nil
    }
  }

  private func changes(_ shared: SharedMeasurement) -> [Change] {
    let first = shared.measurements[0]
    return shared.measurements.dropFirst().compactMap { later in
      later.difference(from: first).map {
        Change(shared: shared, first: first, later: later, paired: $0)
      }
    }
  }

  private func words(_ change: Change) -> RichText {
    let paired = change.paired
    return """
      \(change.shared.title)\(mention(change.first.asked)) of \(change.shared.observer): \(strong: Format.percent(paired.second)) in \
      \(change.first.study), \(strong: Format.percent(paired.first)) in \(change.later.study), \
      \(signed(paired.difference)) points (\(signed(paired.lower)) to \(signed(paired.upper))) on the \
      \(Format.count(paired.count, "picture")) of both.
      """
  }

  private func sideBySideFigure(_ shared: [SharedMeasurement], number: Int) -> Figure {
    let own = studies.filter { study in
      shared.contains { $0.measurements.contains { $0.study == study } }
    }
    func style(_ study: String) -> SeriesStyle { .network(studies.firstIndex(of: study) ?? 0) }
    let rows = shared.map { share in
      RowPlot.Row(
        name: share.observer,
        points: share.measurements.compactMap { measurement in
          measurement.value.map { value in
            RowPlot.Point(
              value: value, style: style(measurement.study), lane: own.firstIndex(of: measurement.study) ?? 0,
              interval: measurement.interval,
              label: Format.percent(value), observer: measurement.name)
          }
        })
    }
    let summary = shared.map { share in
      "\(share.observer): "
        + share.measurements.map { "\($0.study) \(Format.percent($0.value))" }.joined(separator: ", ")
    }.joined(separator: "; ")
    let chart = RowPlot(
      title: "\(shared[0].title)\(mention(shared[0].measurements[0].asked)), by study",
      summary: summary + ".", rows: rows, lanes: own.count,
      bottom: Axis(
        side: .bottom, name: shared[0].measurements[0].title.lowercasedFirst + ", %", label: percentTick))
    var figure = Figure(
      id: "figure-studies-\(number)", chart: chart,
      caption: """
        \(strong: shared[0].title) in each study, on that study’s own pictures. Whiskers are 95\u{202F}% Wilson \
        intervals.
        """, data: sideBySideTable(shared))
    figure.legend = own.map { LegendItem(key: Mark.key(style($0)), text: $0) }
    return figure
  }

  private func sideBySideTable(_ shared: [SharedMeasurement]) -> Table {
    Table(
      "Each study’s share on its own pictures, and its difference to the first on the pictures of both",
      text: ["Network", "Counted", "Study"],
      numbers: [
        "Pictures", "Share", "95\u{202F}% interval", "Difference, points", "95\u{202F}% interval",
        "In common",
      ],
      rows: shared.flatMap { share in
        let changes = changes(share)
        return share.measurements.map { measurement in
          let change = changes.first { $0.later.study == measurement.study }?.paired
          return [
            share.observer, share.title, measurement.study, Format.count(measurement.count),
            Format.percent(measurement.value), measurement.intervalWords,
            change.map { signed($0.difference) } ?? Format.none,
            change.map { "\(signed($0.lower)) to \(signed($0.upper))" } ?? Format.none,
            change.map { Format.count($0.count) } ?? Format.none,
          ]
        }
      })
  }
}

extension String {
  /// As it stands within a sentence.
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
