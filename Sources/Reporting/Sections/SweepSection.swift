import Probes
import Studies

extension ReportData {
  /// How success grows with the share of the picture that a sticker covers.
  func areaSection() -> PageSection? {
    let points = sweeps.filter { $0.value.sweep == .areas }
    guard !points.isEmpty else { return nil }
    return PageSection(
      id: "areas", title: "Success against area",
      blocks: interruptions(points.map { ($0.name, $0.value.recorded.run) })
        + perQuestion(\.sweeps, views: sweepViews(.areas)) { view in
          [.figure(view.areaFigure(view.sweeps))] + view.sizeGallery(view.sweeps)
        })
  }

  /// The sweeps of one sort, each with one sticker of an area, made on the same networks, for a network.
  private func sweepViews(_ sweep: StickerSweep) -> [ReportData] {
    var own = self
    own.sweeps = sweeps.filter { $0.value.sweep == sweep }
    return own.views(\.sweeps) { ["\($0.value.madeOn)", "\($0.value.area)"] }
  }

  private func areaFigure(_ points: [Entry<SweptSticker>]) -> Figure {
    var figure = Figure(
      id: id("figure-areas"),
      panels: curves(points).enumerated().map { place, curve in
        panel(curve).draw(id: id("figure-areas-\(place)"))
      },
      caption: """
        Success against the share of the picture that the sticker covers; a sticker was made for each share, and the \
        shares stand at equal distances. The controls have its size and lie in the same places. Bands are 95\u{202F}% \
        Wilson intervals.
        """, data: sweepTable(points))
    figure.legend = StickerSeries.all.map { LegendItem(key: Mark.lineKey($0.style), text: $0.name) }
    return figure
  }

  /// One picture for each network without a sticker and with a sticker of each area.
  private func sizeGallery(_ points: [Entry<SweptSticker>]) -> [PageBlock] {
    // The states: no sticker, and then each area of any network.
    let areas = Set(points.map(\.value.area)).sorted()
    let states = curves(points).flatMap { curve -> [PictureState] in
      let before = curve.points.lazy.compactMap { $0.value.gallery.first { $0.role == .before } }.first
      let bare = before.map { state($0, of: curve, step: 0, name: "without a sticker") }
      return (bare.map { [$0] } ?? [])
        + curve.points.compactMap { point in
          point.value.gallery.first { $0.role == .after }.map { after in
            state(
              after, of: curve, step: 1 + (areas.firstIndex(of: point.value.area) ?? 0),
              name: "\(Format.percent(point.value.area, digits: 0)) of the picture")
          }
        }
    }
    guard !states.isEmpty else { return [] }
    return [
      .paragraph(
        """
        The same picture with each network’s sticker of each size, at the place that the test drew for it; below each the \
        network’s first answer. The picture was not chosen by its answers.
        """),
      .states(states, control: "Size of the sticker"),
    ]
  }

  private func state(_ artifact: Artifact, of curve: AreaCurve, step: Int, name: String) -> PictureState {
    PictureState(
      step: step, name: name,
      picture: ShownPicture(
        picture: artifact.picture,
        alternative: "\(artifact.name), \(name), seen by \(curve.name) as \(artifact.caption)",
        caption: "\(curve.name), \(name): \(strong: artifact.caption)",
        width: min(2 * artifact.picture.width, 208)))
  }

  /// Which stickers fool which networks.
  func transferSection() -> PageSection? {
    let cells = sweeps.filter { $0.value.sweep == .transfer }
    guard !cells.isEmpty else { return nil }
    return PageSection(
      id: "transfer", title: "Which stickers fool which networks",
      blocks: interruptions(cells.map { ($0.name, $0.value.recorded.run) })
        + perQuestion(\.sweeps, views: sweepViews(.transfer)) { [.figure($0.transferFigure($0.sweeps))] })
  }

  private func transferFigure(_ cells: [Entry<SweptSticker>]) -> Figure {
    let (rows, columns) = (distinct(cells.map(\.value.madeOn)), distinct(cells.map(\.name)))
    func cell(_ row: String, _ column: String) -> StickerResult? {
      cells.first { $0.value.madeOn == row && $0.name == column }?.value.recorded.result
    }
    func control(_ successes: KeyPath<StickerResult, Int>) -> [Double?] {
      columns.map { column in
        cells.first { $0.name == column }.flatMap { share($0.value.recorded.result, successes) }
      }
    }
    let values = rows.map { row in
      columns.map { column in cell(row, column).flatMap { share($0, \.successes) } }
    }
    let chart = MatrixPlot(
      title: "Success of stickers made on one network on all others",
      summary: summary(ofTransfer: cells), rowName: "made on", columnName: "tested on",
      rows: rows + ["control: photograph", "control: noise"], columns: columns,
      values: values + [control(\.photoSuccesses), control(\.noiseSuccesses)])
    return Figure(
      id: id("figure-transfer"), matrix: chart,
      caption: """
        Success in per cent of stickers made on the network at the left, on the network above. The controls have the \
        same size and lie in the same places.
        """, data: sweepTable(cells))
  }

  /// The networks of a sweep over areas with the greatest success that one sticker had, in words.
  func sweepFinding() -> [RichText] {
    let parts = sweepViews(.areas).flatMap { curves($0.sweeps) }.compactMap { curve -> RichText? in
      let best = curve.points.max {
        $0.value.recorded.result.successShare < $1.value.recorded.result.successShare
      }
      return best.map { best in
        let result = best.value.recorded.result
        let count = result.counted.count
        return """
          \(curve.name) \(strong: Format.percent(result.successes, of: count)) of \(Format.count(count)) \
          (\(Format.interval(WilsonInterval(successes: result.successes, of: count)))) with a sticker on \
          \(Format.percent(best.value.area, digits: 0)) of the picture
          """
      }
    }
    return parts.isEmpty ? [] : ["Greatest success over the areas tried: \(list: parts)."]
  }

  // MARK: - Parts

  /// What is counted of a sticker test, and how it looks in every figure.
  enum StickerSeries {
    static let all: [(name: String, style: SeriesStyle, successes: KeyPath<StickerResult, Int> & Sendable)] =
      [
        ("sticker", SeriesStyle(colour: 0, shape: .circle), \.successes),
        ("control: photograph", SeriesStyle(colour: 1, shape: .square, isFilled: false), \.photoSuccesses),
        ("control: random noise", SeriesStyle(colour: 7, shape: .diamond, isFilled: false), \.noiseSuccesses),
      ]
  }

  /// One network's answers to stickers that were made on the same networks.
  private struct AreaCurve {
    /// As figures call it.
    let name: String
    /// Ascending areas.
    let points: [Entry<SweptSticker>]
  }

  private func curves(_ points: [Entry<SweptSticker>]) -> [AreaCurve] {
    distinct(points.map { [$0.name, $0.value.madeOn] }).map { key in
      AreaCurve(
        name: key[0] == key[1] ? key[0] : "\(key[0]), made on \(key[1])",
        points: points.filter { $0.name == key[0] && $0.value.madeOn == key[1] }
          .sorted { $0.value.area < $1.value.area })
    }
  }

  private func panel(_ curve: AreaCurve) -> LinePlot {
    let results = curve.points.map(\.value.recorded.result)
    let parts = curve.points.map { point in
      let result = point.value.recorded.result
      return "\(Format.percent(point.value.area, digits: 0)): sticker "
        + "\(Format.percent(result.successes, of: result.counted.count))"
    }
    return LinePlot(
      title: curve.name, summary: parts.joined(separator: "; ") + ".",
      levels: curve.points.map { Format.precise(100 * $0.value.area, digits: 3) },
      lines: StickerSeries.all.map { series in
        LinePlot.Line(
          style: series.style,
          points: results.map { result in
            let count = result.counted.count
            return WilsonInterval(successes: result[keyPath: series.successes], of: count).map { interval in
              LinePlot.Point(
                value: Double(result[keyPath: series.successes]) / Double(count),
                interval: interval.lower...interval.upper)
            }
          })
      }, levelName: "share of the picture covered, %",
      vertical: VerticalAxis(name: "success, %", label: percentTick))
  }

  private func summary(ofTransfer cells: [Entry<SweptSticker>]) -> String {
    cells.map { cell in
      let result = cell.value.recorded.result
      return "made on \(cell.value.madeOn), tested on \(cell.name): "
        + Format.percent(result.successes, of: result.counted.count)
    }.joined(separator: "; ") + "."
  }

  private func share(_ result: StickerResult, _ successes: KeyPath<StickerResult, Int>) -> Double? {
    let count = result.counted.count
    return count == 0 ? nil : Double(result[keyPath: successes]) / Double(count)
  }

  private func sweepTable(_ entries: [Entry<SweptSticker>]) -> Table {
    let interval = "95\u{202F}% interval"
    return Table(
      "Success with 95\u{202F}% Wilson intervals", text: ["Network", "Made on"],
      numbers: ["Area", "Counted", "Sticker", interval, "Photograph", interval, "Noise", interval],
      rows: entries.map { entry in
        let result = entry.value.recorded.result
        let count = result.counted.count
        return [
          entry.name, entry.value.madeOn, Format.percent(entry.value.area), Format.count(count),
        ] + proportion(result.successes, of: count) + proportion(result.photoSuccesses, of: count)
          + proportion(result.noiseSuccesses, of: count)
      })
  }
}

/// Each value once, in the order of their first appearance.
func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
  var seen: Set<Value> = []
  return values.filter { seen.insert($0).inserted }
}
