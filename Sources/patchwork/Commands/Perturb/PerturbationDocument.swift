import Adversary
import Models
import Probes

/// What `perturb` says of one network.
struct PerturbationDocument: Encodable {
  /// At one budget.
  struct Point: Encodable {
    /// The greatest length; null for stickers.
    let epsilon: Nullable<Double>
    /// A sticker's edge in pixels, and the share of the picture that it covers; null for other changes, and the share
    /// where pictures have no size of their own.
    let side: Nullable<Int>
    let area: Nullable<Double>
    let robustAccuracy: Nullable<Double>
    let robustInterval: Nullable<[Double]>
    let robustCorrect: Int
    /// The share of attacked pictures for which a change within the budget does what was wanted.
    let success: Nullable<Double>
    let maxNorm: Nullable<Double>
    let meanQueries: Nullable<Double>
    /// The share of pictures named otherwise than when clean.
    let fooling: Nullable<Double>
  }

  let name: String
  let attack: String
  /// null for stickers.
  let norm: Nullable<String>
  let n: Int
  let cleanAccuracy: Nullable<Double>
  /// At the greatest budget or the largest square; without any, the share for which no change was found.
  let robustAccuracy: Nullable<Double>
  /// Of the changes that succeeded; null for stickers, as the median is.
  let maxNorm: Nullable<Double>
  /// Over attacked pictures, those that withstood counting as infinite; null when it is.
  let medianNorm: Nullable<Double>
  let meanQueries: Nullable<Double>
  let curve: [Point]
  /// The folder of the changed pictures; null where none were kept.
  let pictures: Nullable<String>
  let warnings: [String]
  let skipped: Int
  let skippedImages: [SkippedImage]

  init(_ outcome: PerturbationPlan.Outcome, _ plan: PerturbationPlan) {
    let points = plan.points(of: outcome)
    let last = outcome.results.last
    let count = last?.count ?? 0
    name = outcome.model
    attack = plan.entry.name
    norm = Nullable(plan.norm?.rawValue)
    n = count
    cleanAccuracy = Nullable(last.flatMap { share($0.cleanCorrect, of: count) })
    robustAccuracy = Nullable(last.flatMap { share(points.last?.correct ?? $0.robustCorrect(), of: count) })
    let isMeasured = plan.norm != nil
    maxNorm = Nullable(isMeasured ? last?.greatestLength : nil)
    medianNorm = Nullable(isMeasured ? last?.medianLength : nil)
    meanQueries = Nullable(last?.meanQueries)
    curve = points.map { point in
      let interval = WilsonInterval(successes: point.correct, of: point.result.count)
      let withinBudget = point.successes
      return Point(
        epsilon: Nullable(point.epsilon?.value), side: Nullable(point.side), area: Nullable(point.area),
        robustAccuracy: Nullable(share(point.correct, of: point.result.count)),
        robustInterval: Nullable(interval.map { [$0.lower, $0.upper] }), robustCorrect: point.correct,
        success: Nullable(share(withinBudget.count, of: point.result.attacked.count)),
        maxNorm: Nullable(isMeasured ? withinBudget.map(\.length).max() : nil),
        meanQueries: Nullable(point.result.meanQueries),
        fooling: Nullable(share(point.result.fooled, of: point.result.count)))
    }
    pictures = Nullable(outcome.pictures)
    warnings = outcome.warnings
    skipped = last?.skipped.count ?? 0
    skippedImages = last?.skipped ?? []
  }
}

private func share(_ part: Int, of whole: Int) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }

extension PerturbationPlan {
  /// The norm of lengths; nil for stickers.
  var norm: PerturbationNorm? { if case .lengths(let norm, _) = bounds { norm } else { nil } }

  /// One network at one budget.
  struct Point {
    /// nil for stickers.
    let epsilon: PixelLength?
    /// Pixels along the network's pictures; nil where they have no size of their own.
    let edge: Int?
    let result: PerturbationResult

    var side: Int? { result.question.side }
    /// The share of a picture that a sticker covers.
    var area: Double? {
      guard let side, let edge else { return nil }
      return Double(side * side) / Double(edge * edge)
    }
    /// Pictures still named rightly.
    var correct: Int { result.robustCorrect(within: epsilon?.value) }
    var successes: [PerturbationAnswer] {
      result.successes.filter { answer in
        epsilon.map { answer.length <= PerturbationBudget.reach(of: $0.value) } ?? true
      }
    }
    /// What bounded the change, for people: `ε = 4/255`, `side 20 px (4.3 %)`.
    var title: String {
      if let epsilon { return "ε = \(epsilon.text)" }
      return "side \(side ?? 0) px" + (area.map { format(" (%.1f %%)", 100 * $0) } ?? "")
    }
  }

  /// One network at every budget asked about.
  func points(of outcome: Outcome) -> [Point] {
    switch bounds {
    case .lengths(_, let epsilons):
      epsilons.enumerated().map { place, epsilon in
        let result = outcome.results.count == 1 ? outcome.results[0] : outcome.results[place]
        return Point(epsilon: epsilon, edge: outcome.edge, result: result)
      }
    case .squares:
      outcome.results.map { Point(epsilon: nil, edge: outcome.edge, result: $0) }
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
      let left = points(of: outcome).map { point in
        percent(point.correct, of: point.result.count) + (isShared ? "" : " at \(point.title)")
      }
      table.add(
        [outcome.model, "\(last.count)", percent(last.cleanCorrect, of: last.count)] + left + measured)
    }
    return table
  }
}
