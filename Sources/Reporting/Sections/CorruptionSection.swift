import Datasets
import Distortions
import Probes
import Studies

extension ReportData {
  /// What common corruptions cost, type by type and severity by severity.
  func corruptionSection() -> PageSection? {
    guard !corruptions.isEmpty else { return nil }
    let baselines = distinct(corruptions.compactMap { corruptionBaseline(of: $0)?.name })
    let measure: RichText =
      baselines.isEmpty
      ? """
      No baseline was chosen, so there is no mean corruption error; \(code: "patchwork corruptions --baseline") gives one.
      """
      : """
      In brackets, and as mCE, stands the error as a share of that of \(list: baselines.map { RichText("\($0)") }), on the \
      pictures that both answered.
      """
    return PageSection(
      id: "corruptions", title: "Common corruptions",
      blocks: interruptions(corruptions.map { ($0.name, $0.value.run) }) + [
        .paragraph(
          RichText(
            """
            Every picture was corrupted in the ways of Hendrycks & Dietterich (2019), as the network sees it. A \
            picture’s randomness follows from the seed and its name, so networks asked with one seed saw the same. \
            Frost is drawn here, and photographed there.\u{20}
            """, measure))
      ] + perQuestion(\.corruptions) { [.figure($0.corruptionFigure()), .table($0.corruptionErrorTable())] })
  }

  /// The baseline that a network's errors are compared with: the one that its own study chose last.
  func corruptionBaseline(
    of entry: Entry<Recorded<DistortionResult>>
  ) -> Entry<Recorded<DistortionResult>>? {
    let own = corruptions.filter { $0.study == entry.study }
    let latest = own.filter { $0.value.run.description.options[RunDescription.baselineOption] != nil }
      .max { $0.value.run.id < $1.value.run.id }
    guard let name = latest?.value.run.description.options[RunDescription.baselineOption] else { return nil }
    return own.first { $0.value.result.model == name }
  }

  /// What is left on average, and the mean corruption errors where there is a baseline.
  func corruptionFinding() -> [RichText] { views(\.corruptions).flatMap { $0.corruptionFindingOfOne() } }

  private func corruptionFindingOfOne() -> [RichText] {
    let parts = corruptions.compactMap { entry -> RichText? in
      guard let errors = corruptionErrors(of: entry), let mean = errors.mean else { return nil }
      let words: RichText = """
        \(entry.name) names \(strong: Format.percent(mean)) wrongly, clean \(Format.percent(errors.clean))
        """
      guard let baseline = corruptionBaseline(of: entry), baseline.name != entry.name,
        let comparison = corruptionComparison(of: entry), let share = comparison.mean
      else { return words }
      return RichText(words, ", mCE \(strong: Format.percent(share)) of \(baseline.name)")
    }
    return parts.isEmpty
      ? []
      : [
        """
        Under common corruptions, averaged over types and severities\(mention(corruptions.first?.asked)): \(list: parts).
        """
      ]
  }

  // MARK: - Figure

  /// The types asked about: those of the catalogue in its order, then others as they appear.
  private var corruptionTypes: [String] {
    let found = distinct(corruptions.flatMap { $0.value.result.conditions.series.map(\.kind) })
      .filter { $0 != Corruption.clean.name }
    let known = Corruption.catalogue.map(\.name).filter(found.contains)
    return known + found.filter { !known.contains($0) }
  }

  private func title(ofCorruption type: String) -> String { Corruption.named(type)?.title ?? type }

  private func curve(_ type: String, of entry: Entry<Recorded<DistortionResult>>) -> DistortionCurve? {
    curves(of: entry).first { $0.kind == type }
  }

  /// Every severity that a network was asked at.
  private func severities(of type: String) -> [Double] {
    distinct(corruptions.flatMap { curve(type, of: $0)?.points.map(\.level) ?? [] }).sorted()
  }

  private func corruptionFigure() -> Figure {
    let panels = corruptionTypes.enumerated().map { place, type in
      panel(type).draw(id: id("figure-corruptions-\(place)"))
    }
    var figure = Figure(
      id: id("figure-corruptions"), panels: panels,
      caption: """
        Share of pictures named rightly, clean and at each severity. Bands are 95\u{202F}% Wilson intervals; the dotted \
        line is the chance level.
        """, data: severityTable())
    figure.legend = corruptions.enumerated().map { place, entry in
      LegendItem(key: Mark.lineKey(.network(place)), text: entry.name)
    }
    return figure
  }

  private func panel(_ type: String) -> LinePlot {
    let severities = self.severities(of: type)
    let lines = corruptions.enumerated().map { place, entry in
      LinePlot.Line(
        style: .network(place),
        points: [curve(Corruption.clean.name, of: entry).flatMap { point($0, 0) }]
          + severities.map { severity in curve(type, of: entry).flatMap { point($0, severity) } })
    }
    let classes = Set(
      corruptions.compactMap { $0.value.run.description.model?.card.classes.count }
    ).sorted().filter { $0 > 1 }
    let parts = corruptions.compactMap { entry in
      curve(type, of: entry).flatMap { curve in
        curve.points.last.map { last in
          "\(entry.name): \(Format.percent(last.correct, of: curve.count)) at severity \(Int(last.level))"
        }
      }
    }
    return LinePlot(
      title: title(ofCorruption: type), summary: parts.joined(separator: "; ") + ".",
      levels: ["clean"] + severities.map { "\(Int($0))" }, lines: lines,
      references: classes.map { count in
        LinePlot.Reference(
          value: 1 / Double(count),
          name: classes.count == 1 ? "chance" : "chance among \(Format.count(count))")
      },
      levelName: "severity", vertical: VerticalAxis(name: "accuracy, %", label: percentTick))
  }

  // MARK: - Tables

  /// A row for each type and severity, a column for each network.
  private func severityTable() -> Table {
    func cell(_ type: String, _ level: Double, _ entry: Entry<Recorded<DistortionResult>>) -> String {
      guard let curve = curve(type, of: entry), curve.count > 0,
        let point = curve.points.first(where: { $0.level == level })
      else { return Format.none }
      let interval = Format.interval(WilsonInterval(successes: point.correct, of: curve.count))
      return "\(Format.percent(point.correct, of: curve.count)) (\(interval))"
    }
    let clean = [["Clean", Format.none] + corruptions.map { cell(Corruption.clean.name, 0, $0) }]
    return Table(
      "Accuracy at each severity, with 95\u{202F}% Wilson intervals", text: ["Corruption", "Severity"],
      numbers: corruptions.map(\.name),
      rows: clean
        + corruptionTypes.flatMap { type in
          severities(of: type).map { severity in
            [title(ofCorruption: type), "\(Int(severity))"] + corruptions.map { cell(type, severity, $0) }
          }
        })
  }

  /// A row for each type and for the means, a column for each network.
  private func corruptionErrorTable() -> Table {
    let networks = corruptions.map {
      (errors: corruptionErrors(of: $0), comparison: corruptionComparison(of: $0))
    }
    func types(_ comparison: CorruptionComparison?) -> String {
      comparison.map { $0.isWhole ? "15" : "\($0.benchmarkTypes), not all severities or types" }
        ?? Format.none
    }
    let rows = corruptionTypes.map { type in
      [title(ofCorruption: type)]
        + networks.map { network in
          let error = Format.percent(network.errors?.series.first { $0.type == type }?.mean)
          guard let comparison = network.comparison else { return error }
          return "\(error) (\(Format.percent(comparison.ratios.first { $0.type == type }?.error)))"
        }
    }
    let means = [
      ["Clean error"] + networks.map { Format.percent($0.errors?.clean) },
      ["Mean error over the fifteen types"] + networks.map { Format.percent($0.errors?.mean) },
    ]
    let compared = [
      ["mCE"] + networks.map { Format.percent($0.comparison?.mean) },
      ["Relative mCE"] + networks.map { Format.percent($0.comparison?.relativeMean) },
      ["Types in the means"] + networks.map { types($0.comparison) },
    ]
    let hasBaseline = networks.contains { $0.comparison != nil }
    return Table(
      "Error, averaged over the severities" + (hasBaseline ? " (as a share of the baseline’s)" : ""),
      text: ["Corruption"], numbers: corruptions.map(\.name),
      rows: rows + means + (hasBaseline ? compared : []))
  }
}
