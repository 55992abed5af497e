import Probes
import Studies

/// The main numbers of every network beside each other.
extension ReportData {
  /// A row a network, most easily fooled first; nil where there are fewer than two networks or columns.
  func glanceTable() -> Table? {
    let groups = stickerGroups
    let sticker = groups.first { $0.count > 1 } ?? groups.first ?? []
    let attack = strongestAttack
    let stickerColumns = groups.map { group in
      let first = group.first
      let target = first.flatMap { entry in
        entry.value.result.target.map { entry.value.run.description.model.className($0) }
      }
      return (
        title: (target.map { "Fooled into “\($0)” by the sticker" } ?? "Fooled by the sticker")
          + mention(first?.asked),
        cells: cells(group.map { ($0.name, $0.value.result.successes, $0.value.result.counted.count) })
      )
    }
    let shapeColumns = stimulusViews().map { view in
      (
        title: "Shape named, not texture" + mention(view.cueNetworks.first?.asked), cells: view.shapeCells
      )
    }
    let accuracyColumns = views(\.accuracy).map { view in
      (
        title: "Clean accuracy" + mention(view.accuracy.first?.asked),
        cells: cells(view.accuracy.map { ($0.name, $0.value.result.top1Correct, $0.value.result.count) })
      )
    }
    let attackColumn = (
      title: "Right under \(attack?.title ?? "")",
      cells: cells(
        (attack?.entries ?? []).map { ($0.name, $0.value.result.robustCorrect(), $0.value.result.count) })
    )
    let columns = (stickerColumns + shapeColumns + [attackColumn] + accuracyColumns)
      .filter { !$0.cells.isEmpty }
    let order =
      sticker.map(\.name) + groups.flatMap { $0.map(\.name) } + accuracy.map(\.name) + cueNetworks.map(\.name)
      + (attack?.entries ?? []).map(\.name)
    let names = distinct(order)
    guard names.count > 1, columns.count > 1 else { return nil }
    return Table(
      "The networks at a glance, with 95\u{202F}% intervals"
        + (sticker.count > 1 ? ", most easily fooled first" : ""),
      text: ["Network"], numbers: columns.map(\.title),
      rows: names.map { name in [name] + columns.map { $0.cells[name] ?? Format.none } })
  }

  private var shapeCells: [String: String] {
    Dictionary(
      cueNetworks.map { entry in
        let result = entry.value.result
        let interval = Format.interval(percent: result.shapeBiasInterval())
        return (entry.name, "\(Format.percent(result.shapeBias)) (\(interval))")
      }
    ) { first, _ in first }
  }

  private func cells(_ counts: [(name: String, count: Int, total: Int)]) -> [String: String] {
    Dictionary(
      counts.map { name, count, total in
        (
          name,
          "\(Format.percent(count, of: total)) (\(Format.interval(WilsonInterval(successes: count, of: total))))"
        )
      }
    ) { first, _ in first }
  }

  /// Of the questions asked of attacks with a budget the one that most networks were asked, of equals the one that left
  /// least.
  private var strongestAttack: (title: String, entries: [Perturbed])? {
    let asked = perturbations.filter { $0.value.result.question.budget != nil && $0.value.result.count > 0 }
    let groups = Dictionary(grouping: asked, by: { $0.value.run.description.question })
    let questions = distinct(asked.map(\.value.run.description.question))
    func left(_ question: Question) -> Double {
      (groups[question] ?? []).reduce(0) {
        $0 + Double($1.value.result.robustCorrect()) / Double($1.value.result.count)
      }
    }
    let most = groups.values.map(\.count).max() ?? 0
    let best = questions.filter { groups[$0]?.count == most }.min { left($0) < left($1) }
    return best.flatMap { best in
      groups[best].flatMap { entries in
        entries.first.map { first in
          let question = first.value.result.question
          return ("\(question.attack) at \(budgetLabel(of: question))", entries)
        }
      }
    }
  }
}
