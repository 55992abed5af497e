import Probes

/// What `texture-bias` prints: the observers, each shape category where asked for, and how far their errors agree.
struct TextureBiasTables {
  private let results: [TextureBiasResult]
  private let consistency: ObserverConsistency?
  private let bootstrap: Bootstrap
  private let byCategory: Bool
  private let singleCues: [SingleCueResult]

  init(
    _ results: [TextureBiasResult], _ consistency: ObserverConsistency?, _ bootstrap: Bootstrap,
    byCategory: Bool, singleCues: [SingleCueResult]
  ) {
    self.results = results
    self.consistency = consistency
    self.bootstrap = bootstrap
    self.byCategory = byCategory
    self.singleCues = singleCues
  }

  var all: [Table] {
    (results.isEmpty ? [] : [observers] + (byCategory ? [categories] : []))
      + (consistency.map { [errors($0)] } ?? []) + (singleCues.isEmpty ? [] : [alone])
  }

  private var people: [TextureBiasResult] { results.filter { $0.kind == .person } }

  private var pooledName: String { "all \(people.count) people" }

  private var observers: Table {
    var table = Table([
      "observer", "conflicts", "shape", "texture", "other", "shape bias", "95 % interval", "coverage",
      "shape of all", "texture of all", "1/rank of shape", "of texture",
    ])
    func add(_ summary: TextureBiasSummary, _ interval: ClosedRange<Double>?) {
      let counts = summary.counts
      table.add([
        summary.observer, "\(counts.count)", "\(counts.shape)", "\(counts.texture)", "\(counts.other)",
        percent(counts.shape, of: counts.shape + counts.texture),
        interval.map { format("%.1f…%.1f %%", 100 * $0.lowerBound, 100 * $0.upperBound) } ?? "–",
        percent(counts.shape + counts.texture, of: counts.count),
        percent(counts.shape, of: counts.count), percent(counts.texture, of: counts.count),
        summary.shapeReciprocalRank.map { format("%.3f", $0) } ?? "–",
        summary.textureReciprocalRank.map { format("%.3f", $0) } ?? "–",
      ])
    }
    for result in results { add(TextureBiasSummary(result), result.shapeBiasInterval(bootstrap)) }
    if people.count > 1 {
      let pooled = TextureBiasResult(
        observer: pooledName, kind: .person, answers: people.flatMap(\.answers))
      add(TextureBiasSummary(pooled), pooled.shapeBiasInterval(bootstrap))
    }
    return table
  }

  /// A row a shape category, a column an observer; people also together.
  private var categories: Table {
    let pooled =
      people.count > 1
      ? [TextureBiasSummary(pooling: people, observer: pooledName, kind: .person)] : []
    let summaries = results.map { TextureBiasSummary($0) } + pooled
    var table = Table(["shape bias"] + summaries.map(\.observer))
    for name in Set(summaries.flatMap { $0.categories.map(\.name) }).sorted() {
      table.add(
        [name]
          + summaries.map { summary in
            guard let counts = summary.categories.first(where: { $0.name == name })?.counts else {
              return "–"
            }
            return percent(counts.shape, of: counts.shape + counts.texture)
          })
    }
    return table
  }

  /// What each network makes of one cue alone.
  private var alone: Table {
    var table = Table(["network", "cue alone", "images", "named rightly", "95 % interval"])
    for result in singleCues {
      let interval = WilsonInterval(successes: result.correct, of: result.count)
      table.add([
        result.model, result.set, "\(result.count)", percent(result.correct, of: result.count),
        interval.map { format("%.1f…%.1f %%", 100 * $0.lower, 100 * $0.upper) } ?? "–",
      ])
    }
    return table
  }

  /// Means with people first, then every two networks.
  private func errors(_ consistency: ObserverConsistency) -> Table {
    var table = Table(["error consistency", "pairs", "kappa", "95 % interval"])
    func add(_ name: String, _ pairs: Int, _ kappa: Double?, _ interval: ClosedRange<Double>?) {
      table.add([
        name, "\(pairs)", kappa.map { format("%.3f", $0) } ?? "–",
        interval.map { format("%.3f…%.3f", $0.lowerBound, $0.upperBound) } ?? "–",
      ])
    }
    if let people = consistency.people {
      add("between people", people.pairs, people.kappa, people.interval)
    }
    for mean in consistency.networks {
      add("\(mean.network ?? "") with people", mean.pairs, mean.kappa, mean.interval)
    }
    let networks = Set(results.filter { $0.kind == .network }.map(\.observer))
    for pair in consistency.pairs where networks.contains(pair.first) && networks.contains(pair.second) {
      add("\(pair.first) with \(pair.second)", 1, pair.consistency.kappa, pair.interval)
    }
    return table
  }
}
