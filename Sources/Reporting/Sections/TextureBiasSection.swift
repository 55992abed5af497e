import Probes
import Studies

extension ReportData {
  /// How people and networks decide between shape and texture, in the field's form of plot.
  func textureBiasSection() -> PageSection? {
    guard !textureBias.isEmpty else { return nil }
    return PageSection(
      id: "shape-bias", title: "Shape or texture",
      blocks: interruptions(textureBias.map { ($0.name, $0.value.run) }) + [
        .paragraph(
          """
          Each cue-conflict picture shows the shape of one category in the texture of another (Geirhos et al. 2019). \
          Shape bias is the share of shape among the answers that chose either; coverage is the share of answers \
          that did. A shape bias means little where coverage is small.
          """)
      ]
        + perQuestion(\.textureBias, views: stimulusViews()) { [.figure($0.shapeBiasFigure($0.observers()))] }
    )
  }

  private struct Observer {
    var name: String
    var result: TextureBiasResult
    var style: SeriesStyle
    /// One person, drawn faintly behind the mean of all.
    var isFaint = false
  }

  /// People pooled first, then the networks, then each person.
  private func observers() -> [Observer] {
    let networks = textureBias.filter { $0.value.result.kind == .network }
    let persons = textureBias.filter { $0.value.result.kind == .person }
    let pooled = people.map {
      [Observer(name: "humans (\(persons.count) pooled)", result: $0, style: .people)]
    }
    return (pooled ?? [])
      + networks.enumerated().map {
        Observer(name: $0.element.name, result: $0.element.value.result, style: .network($0.offset))
      }
      + persons.map { Observer(name: $0.name, result: $0.value.result, style: .people, isFaint: true) }
  }

  /// The shape categories, most shape answers by people first; without people, by all observers together.
  private func categories(_ observers: [Observer]) -> [String] {
    let ranking =
      people ?? TextureBiasResult(observer: "", kind: .network, answers: observers.flatMap(\.result.answers))
    let splits = ranking.splits
    let all = Set(observers.flatMap { $0.result.conflicts.map(\.shape) })
    return all.sorted { first, second in
      let (one, other) = (splits[first]?.textureFraction ?? 2, splits[second]?.textureFraction ?? 2)
      return one == other ? first < second : one < other
    }
  }

  private func shapeBiasFigure(_ observers: [Observer]) -> Figure {
    let categories = self.categories(observers)
    let splits = observers.map(\.result.splits)
    let chart = RowPlot(
      title: "Shape against texture decisions for each shape category",
      summary: observers.filter { !$0.isFaint }.map {
        "\($0.name): shape bias \(Format.percent($0.result.shapeBias))"
      }.joined(separator: "; ") + ".",
      rows: categories.map { category in
        RowPlot.Row(
          name: category,
          points: zip(observers, splits).compactMap { observer, split in
            split[category]?.textureFraction.map {
              RowPlot.Point(
                value: $0, style: observer.style, isFaint: observer.isFaint, observer: observer.name)
            }
          })
      },
      references: observers.filter { !$0.isFaint }.compactMap { observer in
        observer.result.shapeBias.map {
          RowPlot.Reference(value: 1 - $0, style: observer.style, observer: observer.name)
        }
      },
      bottom: Axis(side: .bottom, name: "fraction of texture decisions, %", label: percentTick),
      top: Axis(side: .top, name: "fraction of shape decisions, %", label: percentTick))
    var figure = Figure(
      id: id("figure-shape-bias"), chart: chart, layout: .medium, caption: caption(observers),
      data: categoryTable(categories, observers: observers, splits: splits))
    figure.legend =
      observers.filter { !$0.isFaint }.map {
        LegendItem(key: Mark.key($0.style, hasLine: true), text: $0.name)
      }
      + (people == nil
        ? [] : [LegendItem(key: Mark.key(.people, isFaint: true), text: "one person")])
    figure.companion = observerTable(observers)
    return figure
  }

  private func caption(_ observers: [Observer]) -> RichText {
    let order =
      people == nil
      ? "Rows are ordered by the share of shape answers."
      : "Rows are ordered by people’s share of shape answers."
    let pooled =
      people == nil
      ? ""
      : " Humans are all people’s answers counted together, as published (95.9\u{202F}% for the ten of Geirhos et al.);"
        + " faint points are single people."
    return """
      Each point is one observer’s answers to one shape category: left means shape, right means texture. Vertical \
      lines mark each observer’s value over all categories. \(order)\(pooled) A category without a decided answer \
      has no point.
      """
  }

  private func observerTable(_ observers: [Observer]) -> Table {
    Table(
      "Answers to the conflict pictures: shape s, texture t, other; intervals by drawing stimuli again",
      text: ["Observer"],
      numbers: ["n", "s", "t", "Other", "Shape bias", "95\u{202F}% interval", "Coverage"],
      rows: observers.map { observer in
        let result = observer.result
        return [
          observer.name, Format.count(result.conflicts.count), Format.count(result.shapeCount),
          Format.count(result.textureCount), Format.count(result.otherCount),
          Format.percent(result.shapeBias),
          Format.interval(percent: result.shapeBiasInterval()),
          Format.percent(result.coverage),
        ]
      })
  }

  /// Everyone drawn at full strength by name, and the span of the single people.
  private func categoryTable(
    _ categories: [String], observers: [Observer], splits: [[String: TextureBiasResult.Split]]
  ) -> Table {
    let named = zip(observers, splits).filter { !$0.0.isFaint }
    let persons = zip(observers, splits).filter { $0.0.isFaint }.map(\.1)
    return Table(
      "Fraction of texture decisions t / (s + t) for each shape category; – where neither cue was answered",
      text: ["Shape category"],
      numbers: named.map(\.0.name) + (persons.isEmpty ? [] : ["single people, lowest to highest"]),
      rows: categories.map { category in
        let cells = named.map { _, split -> String in
          guard let counts = split[category], let fraction = counts.textureFraction else {
            return Format.none
          }
          return "\(Format.percent(fraction)) (\(counts.texture)/\(counts.shape + counts.texture))"
        }
        let fractions = persons.compactMap { $0[category]?.textureFraction }
        guard !persons.isEmpty else { return [category] + cells }
        let span = fractions.min().flatMap { low in
          fractions.max().map { "\(Format.fixed(100 * low, digits: 1))–\(Format.percent($0))" }
        }
        return [category] + cells + [span ?? Format.none]
      })
  }
}
