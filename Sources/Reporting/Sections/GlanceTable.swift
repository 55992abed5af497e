import Probes
import Studies

/// The main numbers of every network beside each other.
extension ReportData {
  /// A row a network, most easily fooled first; nil where there are fewer than two networks or columns.
  func glanceTable() -> Table? {
    let sticker = stickerGroups.first { $0.count > 1 } ?? stickerGroups.first ?? []
    let target = sticker.first.flatMap { entry in
      entry.value.result.target.map { entry.value.run.description.model.className($0) }
    }
    let attack = strongestAttack
    let columns: [(title: String, cells: [String: String])] = [
      (
        target.map { "Fooled into “\($0)” by the sticker" } ?? "Fooled by the sticker",
        cells(sticker.map { ($0.name, $0.value.result.successes, $0.value.result.counted.count) })
      ),
      ("Shape named, not texture", shapeCells),
      (
        "Right under \(attack?.title ?? "")",
        cells(
          (attack?.entries ?? []).map { ($0.name, $0.value.result.robustCorrect(), $0.value.result.count) })
      ),
      (
        "Clean accuracy",
        cells(accuracy.map { ($0.name, $0.value.result.top1Correct, $0.value.result.count) })
      ),
    ].filter { !$0.cells.isEmpty }
    let order =
      sticker.map(\.name) + accuracy.map(\.name) + cueNetworks.map(\.name)
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
    let groups = Dictionary(grouping: asked, by: \.value.result.question)
    let questions = distinct(asked.map(\.value.result.question))
    func left(_ question: PerturbationQuestion) -> Double {
      (groups[question] ?? []).reduce(0) {
        $0 + Double($1.value.result.robustCorrect()) / Double($1.value.result.count)
      }
    }
    let most = groups.values.map(\.count).max() ?? 0
    let best = questions.filter { groups[$0]?.count == most }.min { left($0) < left($1) }
    return best.map { ("\($0.attack) at \(budgetLabel(of: $0))", groups[$0] ?? []) }
  }
}
