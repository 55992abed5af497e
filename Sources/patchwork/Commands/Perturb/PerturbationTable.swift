import Adversary
import Probes

extension PerturbationPlan {
  /// The norm of lengths; nil for stickers.
  var norm: PerturbationNorm? { if case .lengths(let norm, _) = bounds { norm } else { nil } }

  /// One network at one budget, with what bounded the change, for people: `ε = 4/255`, `side 20 px (4.3 %)`.
  typealias Point = (value: PerturbationPoint, title: String)

  /// One network at every budget asked about.
  func points(of outcome: Outcome) -> [Point] {
    switch bounds {
    case .lengths(_, let epsilons):
      epsilons.enumerated().map { place, epsilon in
        let result = outcome.results.count == 1 ? outcome.results[0] : outcome.results[place]
        return (
          PerturbationPoint(result, epsilon: epsilon.value, edge: outcome.edge), "ε = \(epsilon.text)"
        )
      }
    case .squares:
      outcome.results.map { result in
        let point = PerturbationPoint(result, epsilon: nil, edge: outcome.edge)
        let share = point.area.map { format(" (%.1f %%)", 100 * $0) } ?? ""
        return (point, "side \(point.side ?? 0) px\(share)")
      }
    }
  }

  /// The results for people: a row a network, a column a budget; where networks' pictures differ in size, a sticker's
  /// size stands in the row.
  func table(_ outcomes: [Outcome]) -> Table {
    let isMinimal = if case .minimal = entry.maker { true } else { false }
    let titles = outcomes.map { points(of: $0).map(\.title) }
    let isShared = Set(titles).count <= 1
    let headers = isShared ? titles.first ?? [] : (titles.first ?? []).indices.map { "size \($0 + 1)" }
    let measures =
      isMinimal ? ["fooled", "median length"] : norm == nil ? ["questions"] : ["longest", "questions"]
    var table = Table(
      ["\(entry.name), \(norm?.title ?? "stickers")", "images", "top-1 clean"] + headers + measures)
    for outcome in outcomes {
      guard let last = outcome.results.last else { continue }
      let queries = last.meanQueries.map { format("%.0f", $0) } ?? "–"
      let measured =
        isMinimal
        ? [
          percent(last.successes.count, of: last.attacked.count),
          last.medianLength.map { format("%.5f", $0) } ?? "–",
        ]
        : norm == nil ? [queries] : [last.greatestLength.map { format("%.5f", $0) } ?? "–", queries]
      let left = points(of: outcome).map { point, title in
        percent(point.correct, of: point.result.count) + (isShared ? "" : " at \(title)")
      }
      table.add(
        [outcome.model, "\(last.count)", percent(last.cleanCorrect, of: last.count)] + left + measured)
    }
    return table
  }
}
