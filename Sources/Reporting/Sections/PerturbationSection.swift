import Adversary
import Probes
import Studies

extension ReportData {
  typealias Perturbed = Entry<Recorded<PerturbationResult>>

  /// What accuracy is left when an attack may change each picture a little.
  func perturbationSection() -> PageSection? {
    guard !perturbations.isEmpty else { return nil }
    let curves = perturbationCurves
    let smallest = perturbations.filter { $0.value.result.question.budget == nil }
    let warnings = distinct(
      perturbations.flatMap { entry in
        entry.value.result.warnings.map { "\(entry.name), \(entry.value.result.question.attack): \($0)" }
      })
    return PageSection(
      id: "perturbations", title: "Attacks on single pictures",
      blocks: interruptions(perturbations.map { ($0.name, $0.value.run) }) + [
        .paragraph(
          """
          Pictures that a network names wrongly as they are count as wrong and are not attacked. Every changed picture \
          was judged anew as it was handed over. Where a line does not fall, the attack may be too weak rather than the \
          network strong.
          """)
      ] + (curves.isEmpty ? [] : [.figure(perturbationFigure(curves))])
        + (smallest.isEmpty ? [] : [.table(perturbationTable(smallest))]) + warnings.map { .note("\($0).") })
  }

  /// What is left at the greatest change that was asked about, in words.
  func perturbationFinding() -> [RichText] {
    let parts = perturbationCurves.flatMap { curve in
      curve.networks.compactMap { network -> RichText? in
        guard let last = network.points.last else { return nil }
        let result = last.value.result
        let robust = result.robustCorrect()
        return """
          \(network.name) \(strong: Format.percent(robust, of: result.count)) of \(Format.count(result.count)) \
          (\(Format.interval(WilsonInterval(successes: robust, of: result.count)))) under \(curve.attack)\
          \(curve.label.map { " (\($0))" } ?? "") at \(budgetLabel(of: last.value.result.question)), clean \
          \(Format.percent(result.cleanCorrect, of: result.count))
          """
      }
    }
    return parts.isEmpty ? [] : ["Accuracy left under attacks on single pictures: \(list: parts)."]
  }

  // MARK: - Figure

  /// One attack with budgets, on all networks that it was used on.
  private struct PerturbationCurve {
    struct Network {
      let name: String
      /// Ascending budgets.
      let points: [Perturbed]
    }

    let attack: String
    /// Nil for stickers, whose budget is a side in pixels.
    let norm: PerturbationNorm?
    let networks: [Network]
    /// What tells the curve from another of the same attack; nil where there is none.
    let label: String?

    /// Every budget that some network was asked about, ascending.
    var budgets: [Double] {
      distinct(networks.flatMap { $0.points.compactMap(\.value.result.question.budget) }).sorted()
    }
  }

  private struct CurveKey: Hashable {
    let attack: String
    let norm: PerturbationNorm?
    let target: Int?
    /// What was asked but for the budget.
    let group: Question?
  }

  private var perturbationCurves: [PerturbationCurve] {
    func key(_ entry: Perturbed) -> CurveKey {
      let question = entry.value.result.question
      return CurveKey(
        attack: question.attack, norm: question.norm, target: question.target,
        group: entry.asked?.group)
    }
    let bounded = perturbations.filter { $0.value.result.question.budget != nil }
    let keys = distinct(bounded.map(key))
    return keys.map { wanted in
      let own = bounded.filter { key($0) == wanted }
      let rivals = keys.filter { $0.attack == wanted.attack && $0.norm == wanted.norm }
      let label = rivals.count > 1 ? settings(telling: wanted.group, from: rivals.map(\.group)) : nil
      return PerturbationCurve(
        attack: wanted.attack, norm: wanted.norm,
        networks: distinct(own.map(\.name)).map { name in
          PerturbationCurve.Network(
            name: name,
            points: own.filter { $0.name == name }.sorted {
              ($0.value.result.question.budget ?? 0) < ($1.value.result.question.budget ?? 0)
            })
        }, label: label)
    }
  }

  /// The settings in which a question differs from others of its attack.
  private func settings(telling own: Question?, from others: [Question?]) -> String? {
    guard let own else { return nil }
    let entry = perturbations.first { $0.asked?.group == own }
    let facts = (entry?.asked?.facts.facts ?? []).filter { fact in
      !fact.isName
        && others.contains { other in
          other != own
            && !(perturbations.first { $0.asked?.group == other }?.asked?.facts.facts.contains(fact) ?? false)
        }
    }
    return facts.isEmpty ? entry?.asked?.facts.tag : facts.map(\.text).joined(separator: ", ")
  }

  private func perturbationFigure(_ curves: [PerturbationCurve]) -> Figure {
    let names = distinct(curves.flatMap { $0.networks.map(\.name) })
    let styles = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, SeriesStyle.network($0)) })
    var figure = Figure(
      id: id("figure-perturbations"),
      panels: curves.enumerated().map { place, curve in
        panel(curve, styles: styles).draw(id: id("figure-perturbations-\(place)"))
      },
      caption: """
        Share of pictures named rightly against the greatest change allowed; 0 is clean. Budgets stand at equal distances. \
        Bands are 95\u{202F}% Wilson intervals.
        """, data: perturbationTable(perturbations.filter { $0.value.result.question.budget != nil }))
    figure.legend = names.compactMap { name in
      styles[name].map { LegendItem(key: Mark.lineKey($0), text: name) }
    }
    return figure
  }

  private func panel(_ curve: PerturbationCurve, styles: [String: SeriesStyle]) -> LinePlot {
    let budgets = curve.budgets
    let lines = curve.networks.compactMap { network in
      styles[network.name].map { style in
        LinePlot.Line(
          name: network.name, style: style,
          points: [network.points.first.flatMap { point($0.value.result, \.cleanCorrect) }]
            + budgets.map { budget in
              network.points.first { $0.value.result.question.budget == budget }
                .flatMap { point($0.value.result, \.stillCorrect) }
            })
      }
    }
    let parts = curve.networks.map { network in
      "\(network.name): "
        + network.points.map { entry in
          let result = entry.value.result
          return "\(Format.percent(result.robustCorrect(), of: result.count)) at "
            + budgetLabel(of: result.question)
        }.joined(separator: ", ")
    }
    return LinePlot(
      title: (curve.norm.map { "\(curve.attack), \($0.title)" }
        ?? "\(curve.attack), a sticker for each picture") + (curve.label.map { ", \($0)" } ?? ""),
      summary: parts.joined(separator: "; ") + ".",
      levels: ["0"]
        + budgets.map { curve.norm == nil ? Format.precise($0) : Format.length($0) },
      lines: lines,
      levelName: curve.norm == nil ? "side of the sticker, px" : "greatest change ε, pixels being 0…1",
      vertical: VerticalAxis(name: "accuracy, %", label: percentTick))
  }

  private func point(_ result: PerturbationResult, _ correct: KeyPath<PerturbationResult, Int>) -> LinePlot
    .Point?
  {
    WilsonInterval(successes: result[keyPath: correct], of: result.count).map { interval in
      LinePlot.Point(
        value: Double(result[keyPath: correct]) / Double(result.count),
        interval: interval.lower...interval.upper)
    }
  }

  /// How much an attack was allowed, as people write it.
  func budgetLabel(of question: PerturbationQuestion) -> String {
    if let side = question.side { return "\(side)\u{A0}px" }
    let length = question.epsilon.map(Format.length) ?? "smallest"
    return question.norm.map { "\($0.title) \(length)" } ?? length
  }

  // MARK: - Table

  private func perturbationTable(_ entries: [Perturbed]) -> Table {
    Table(
      "Accuracy under attack, with 95\u{202F}% Wilson intervals", text: ["Network", "Attack", "Allowed"],
      numbers: [
        "Pictures", "Clean", "Robust", "95\u{202F}% interval", "Attacked", "Fooled", "Median length",
        "Longest", "Questions",
      ],
      rows: entries.map { entry in
        let result = entry.value.result
        let question = result.question
        func length(_ value: Double?) -> String { value.map { Format.precise($0, digits: 3) } ?? Format.none }
        return [
          entry.name, question.attack, budgetLabel(of: question), Format.count(result.count),
          Format.percent(result.cleanCorrect, of: result.count),
        ] + proportion(result.robustCorrect(), of: result.count) + [
          Format.count(result.attacked.count),
          Format.percent(result.successes.count, of: result.attacked.count), length(result.medianLength),
          length(result.greatestLength),
          result.meanQueries.map { Format.fixed($0, digits: 0) } ?? Format.none,
        ]
      })
  }
}

extension PerturbationResult {
  /// How many pictures are named rightly whatever the attack did within its budget.
  fileprivate var stillCorrect: Int { robustCorrect() }
}

extension PerturbationQuestion {
  /// A greatest length or a side in pixels; nil where the smallest change was looked for.
  var budget: Double? { side.map(Double.init) ?? epsilon }
}
