import Probes

/// Error consistency between observers, as `texture-bias` says it.
struct ErrorConsistencyDocument: Encodable {
  struct Mean: Encodable {
    let name: String
    let pairs: Int
    let kappa: Double
    let kappaInterval: Nullable<[Double]>

    init(_ mean: ObserverConsistency.Mean) {
      name = mean.network ?? "people"
      pairs = mean.pairs
      kappa = mean.kappa
      kappaInterval = Nullable(mean.interval.map { [$0.lowerBound, $0.upperBound] })
    }
  }

  struct Pair: Encodable {
    let first: String
    let second: String
    let n: Int
    let observed: Double
    let expected: Double
    let kappa: Nullable<Double>
    let kappaInterval: Nullable<[Double]>

    init(_ pair: ObserverConsistency.Pair) {
      first = pair.first
      second = pair.second
      n = pair.consistency.count
      observed = pair.consistency.observed
      expected = pair.consistency.expected
      kappa = Nullable(pair.consistency.kappa)
      kappaInterval = Nullable(pair.interval.map { [$0.lowerBound, $0.upperBound] })
    }
  }

  /// Between people; null for fewer than two.
  let betweenPeople: Nullable<Mean>
  /// Each network with all people.
  let networksWithPeople: [Mean]
  /// Every two observers.
  let pairs: [Pair]

  init(_ consistency: ObserverConsistency) {
    betweenPeople = Nullable(consistency.people.map(Mean.init))
    networksWithPeople = consistency.networks.map(Mean.init)
    pairs = consistency.pairs.map(Pair.init)
  }
}
