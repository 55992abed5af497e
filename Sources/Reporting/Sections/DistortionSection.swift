import Datasets
import Distortions
import Probes
import Studies

extension ReportData {
  /// How accuracy falls with the strength of noise, blur and reduced contrast.
  func distortionSection() -> PageSection? {
    guard !distortions.isEmpty else { return nil }
    let isGrey = Set(distortionKinds.filter { DistortionKind.named($0)?.startsGrey ?? false })
    let others = distortionKinds.filter { !isGrey.contains($0) }.map { title(ofDistortion: $0).lowercased() }
    let grey: RichText =
      isGrey.isEmpty
      ? ""
      : others.isEmpty
        ? "Every picture was made grey and then distorted, step by step, by the definitions of Geirhos et al. (2018). "
        : """
        Every picture was made grey and then distorted, step by step, by the definitions of Geirhos et al. (2018); for \
        \(others.joined(separator: " and ")) it kept its colours at first.\u{20}
        """
    let colour: RichText =
      isGrey.isEmpty
      ? "The colours of every picture were changed step by step, by the definitions of Geirhos et al. (2018). "
      : ""
    return PageSection(
      id: "distortions", title: "Distortions",
      blocks: interruptions(distortions.map { ($0.name, $0.value.run) }) + [
        .paragraph(
          RichText(
            grey, colour,
            """
            A picture’s noise follows from the seed and its name, so networks asked with one seed saw the same. The \
            first level of each kind is the weakest.
            """))
      ] + perQuestion(\.distortions) { [.figure($0.distortionFigure()), .table($0.meanTable())] })
  }

  /// The kinds asked about: those of the catalogue in its order, then others as they appear.
  var distortionKinds: [String] {
    let found = distinct(distortions.flatMap { $0.value.result.conditions.series.map(\.kind) })
    let known = DistortionKind.catalogue.map(\.name).filter(found.contains)
    return known + found.filter { !known.contains($0) }
  }

  /// A kind as figures call it; its own name where this version does not know it.
  func title(ofDistortion kind: String) -> String { DistortionKind.named(kind)?.title ?? kind }

  private func curve(_ kind: String, of entry: Entry<Recorded<DistortionResult>>) -> DistortionCurve? {
    curves(of: entry).first { $0.kind == kind }
  }

  /// Every level that a network was asked at, in the order of their first appearance.
  private func levels(of kind: String) -> [Double] {
    distinct(
      distortions.flatMap { entry in
        entry.value.result.conditions.series.filter { $0.kind == kind }.flatMap(\.levels)
      })
  }

  private func label(of level: Double, _ kind: String) -> String {
    DistortionKind.named(kind)?.label(of: level) ?? Format.precise(level)
  }

  // MARK: - Figure

  private func distortionFigure() -> Figure {
    let panels = distortionKinds.enumerated().map { place, kind in
      panel(kind).draw(id: id("figure-distortions-\(place)"))
    }
    var figure = Figure(
      id: id("figure-distortions"), panels: panels,
      caption: """
        Share of pictures named rightly against the strength of each distortion, which grows to the right; levels stand \
        at equal distances. Bands are 95\u{202F}% Wilson intervals; the dotted line is the chance level. A standard \
        deviation counts pixels of the picture as the network sees it.
        """, data: levelTable())
    figure.legend = distortions.enumerated().map { place, entry in
      LegendItem(key: Mark.lineKey(.network(place)), text: entry.name)
    }
    return figure
  }

  private func panel(_ kind: String) -> LinePlot {
    let levels = self.levels(of: kind)
    let lines = distortions.enumerated().map { place, entry in
      LinePlot.Line(
        name: entry.name, style: .network(place),
        points: levels.map { level in curve(kind, of: entry).flatMap { point($0, level) } })
    }
    let classes = Set(
      distortions.compactMap { entry in
        curve(kind, of: entry).flatMap { _ in entry.value.run.description.model?.card.classes.count }
      }
    ).sorted().filter { $0 > 1 }
    let parts = distortions.compactMap { entry in
      curve(kind, of: entry).flatMap { curve in
        curve.points.first.map { first in
          "\(entry.name): \(Format.percent(first.correct, of: curve.count)) at the weakest level, "
            + "\(Format.percent(curve.meanDistorted)) on average over the others"
        }
      }
    }
    return LinePlot(
      title: title(ofDistortion: kind), summary: parts.joined(separator: "; ") + ".",
      levels: levels.map { label(of: $0, kind) }, lines: lines,
      references: classes.map { count in
        LinePlot.Reference(
          value: 1 / Double(count),
          name: classes.count == 1 ? "chance" : "chance among \(Format.count(count))")
      },
      levelName: DistortionKind.named(kind)?.levelName ?? "level",
      vertical: VerticalAxis(name: "accuracy, %", label: percentTick))
  }

  /// Accuracy at one level with its interval; nil where the curve has no such level.
  func point(_ curve: DistortionCurve, _ level: Double) -> LinePlot.Point? {
    guard let point = curve.points.first(where: { $0.level == level }),
      let interval = WilsonInterval(successes: point.correct, of: curve.count)
    else { return nil }
    return LinePlot.Point(
      value: Double(point.correct) / Double(curve.count), interval: interval.lower...interval.upper)
  }

  // MARK: - Tables

  /// A row for each kind and level, a column for each network.
  private func levelTable() -> Table {
    Table(
      "Accuracy at each level, with 95\u{202F}% Wilson intervals", text: ["Distortion", "Level"],
      numbers: distortions.map(\.name),
      rows: distortionKinds.flatMap { kind in
        levels(of: kind).map { level in
          [title(ofDistortion: kind), label(of: level, kind)]
            + distortions.map { entry in
              guard let curve = curve(kind, of: entry),
                let point = curve.points.first(where: { $0.level == level }), curve.count > 0
              else { return Format.none }
              let interval = Format.interval(WilsonInterval(successes: point.correct, of: curve.count))
              return "\(Format.percent(point.correct, of: curve.count)) (\(interval))"
            }
        }
      })
  }

  private func meanTable() -> Table {
    let kinds = distortionKinds
    return Table(
      "Accuracy at the weakest level, and averaged over the levels beyond it", text: ["Network"],
      numbers: ["Pictures"]
        + kinds.flatMap { ["\(title(ofDistortion: $0)): weakest", "averaged"] } + ["Skipped"],
      rows: distortions.map { entry in
        let result = entry.value.result
        return [entry.name, Format.count(result.count)]
          + kinds.flatMap { kind -> [String] in
            let curve = curve(kind, of: entry)
            let weakest = curve.flatMap { curve in
              curve.points.first.map { Format.percent($0.correct, of: curve.count) }
            }
            return [weakest ?? Format.none, Format.percent(curve?.meanDistorted)]
          } + [Format.count(result.skipped.count)]
      })
  }
}
