/// Error consistency between observers of the same stimuli.
package struct ErrorConsistencyDocument: AnswerDocument {
  package struct Mean: AnswerDocument {
    let name: String
    let pairs: Int
    let kappa: Nullable<Double>
    let kappaInterval: Interval

    package static var about: String? { "The mean of kappa over pairs of observers." }

    init(_ mean: ObserverConsistency.Mean) {
      name = mean.network ?? "people"
      pairs = mean.pairs
      kappa = Nullable(mean.kappa)
      kappaInterval = Interval(mean.interval)
    }
  }

  package struct Pair: AnswerDocument {
    let first: String
    let second: String
    let n: Int
    let observed: Share
    let expected: Share
    let kappa: Nullable<Double>
    let kappaInterval: Interval

    package static var about: String? { "Two observers, on the stimuli that both answered." }

    init(_ pair: ObserverConsistency.Pair) {
      first = pair.first
      second = pair.second
      n = pair.consistency.count
      observed = Share(pair.consistency.observed)
      expected = Share(pair.consistency.expected)
      kappa = Nullable(pair.consistency.kappa)
      kappaInterval = Interval(pair.interval)
    }
  }

  let betweenPeople: Nullable<Mean>
  let networksWithPeople: [Mean]
  let pairs: [Pair]

  package static var about: String? { "Geirhos, Meding and Wichmann 2020." }
  package static var fields: [String: String] {
    [
      "betweenPeople": "Null for fewer than two.", "networksWithPeople": "Each network with all people.",
      "pairs": "Every two observers.",
    ]
  }

  package init(_ consistency: ObserverConsistency) {
    betweenPeople = Nullable(consistency.people.map(Mean.init))
    networksWithPeople = consistency.networks.map(Mean.init)
    pairs = consistency.pairs.map(Pair.init)
  }
}
