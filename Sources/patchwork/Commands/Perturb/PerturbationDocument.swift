import Adversary
import Probes

/// What `perturb` says of one network.
struct PerturbationDocument: Encodable {
  /// At one budget.
  struct Point: Encodable {
    let epsilon: Double
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
  let norm: String
  let n: Int
  let cleanAccuracy: Nullable<Double>
  /// At the greatest budget; without any, the share for which no change was found.
  let robustAccuracy: Nullable<Double>
  /// Of the changes that succeeded.
  let maxNorm: Nullable<Double>
  /// Over attacked pictures, those that withstood counting as infinite; null when it is.
  let medianNorm: Nullable<Double>
  let meanQueries: Nullable<Double>
  let curve: [Point]
  let warnings: [String]
  let skipped: Int
  let skippedImages: [SkippedImage]

  init(_ outcome: PerturbationPlan.Outcome, _ plan: PerturbationPlan) {
    let points = plan.points(of: outcome)
    let last = outcome.results.last
    let count = last?.count ?? 0
    name = outcome.model
    attack = plan.entry.name
    norm = plan.norm.rawValue
    n = count
    cleanAccuracy = Nullable(last.flatMap { share($0.cleanCorrect, of: count) })
    robustAccuracy = Nullable(last.flatMap { share(points.last?.correct ?? $0.robustCorrect(), of: count) })
    maxNorm = Nullable(last?.greatestLength)
    medianNorm = Nullable(last?.medianLength)
    meanQueries = Nullable(last?.meanQueries)
    curve = points.map { point in
      let interval = WilsonInterval(successes: point.correct, of: point.result.count)
      let withinBudget = point.successes
      return Point(
        epsilon: point.epsilon.value, robustAccuracy: Nullable(share(point.correct, of: point.result.count)),
        robustInterval: Nullable(interval.map { [$0.lower, $0.upper] }), robustCorrect: point.correct,
        success: Nullable(share(withinBudget.count, of: point.result.attacked.count)),
        maxNorm: Nullable(withinBudget.map(\.length).max()), meanQueries: Nullable(point.result.meanQueries),
        fooling: Nullable(share(point.result.fooled, of: point.result.count)))
    }
    warnings = outcome.warnings
    skipped = last?.skipped.count ?? 0
    skippedImages = last?.skipped ?? []
  }
}

private func share(_ part: Int, of whole: Int) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }

extension PerturbationPlan {
  /// One network at one budget.
  struct Point {
    let epsilon: PixelLength
    let result: PerturbationResult
    /// Pictures still named rightly.
    var correct: Int { result.robustCorrect(within: epsilon.value) }
    var successes: [PerturbationAnswer] {
      result.successes.filter { $0.length <= PerturbationBudget.reach(of: epsilon.value) }
    }
  }

  /// One network at every budget asked about.
  func points(of outcome: Outcome) -> [Point] {
    epsilons.enumerated().compactMap { place, epsilon in
      let result = outcome.results.count == 1 ? outcome.results[0] : outcome.results[place]
      return Point(epsilon: epsilon, result: result)
    }
  }

  /// The results for people: a row a network, a column a budget.
  func table(_ outcomes: [Outcome]) -> Table {
    let isMinimal = if case .minimal = entry.maker { true } else { false }
    var table = Table(
      ["\(entry.name), \(norm.title)", "images", "top-1 clean"] + epsilons.map { "ε = \($0.text)" }
        + (isMinimal ? ["fooled", "median length"] : ["longest", "questions"]))
    for outcome in outcomes {
      guard let last = outcome.results.last else { continue }
      let measured =
        isMinimal
        ? [
          percent(last.successes.count, of: last.attacked.count),
          last.medianLength.map { format("%.5f", $0) } ?? "–",
        ]
        : [
          last.greatestLength.map { format("%.5f", $0) } ?? "–",
          last.meanQueries.map { format("%.0f", $0) } ?? "–",
        ]
      table.add(
        [outcome.model, "\(last.count)", percent(last.cleanCorrect, of: last.count)]
          + points(of: outcome).map { percent($0.correct, of: $0.result.count) } + measured)
    }
    return table
  }
}
