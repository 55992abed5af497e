/// Whether two networks find the same classes hard and err on the same pictures.
package struct ErrorAgreementDocument: AnswerDocument {
  package struct ClassAccuracy: AnswerDocument {
    let `class`: String
    let n: Int
    let firstCorrect: Int
    let secondCorrect: Int
  }

  let first: String
  let second: String
  let n: Int
  let firstTop1: Share
  let secondTop1: Share
  let observed: Share
  let expected: Share
  let kappa: Nullable<Double>
  let kappaInterval: Interval
  let classCorrelation: Nullable<Double>
  let classes: [ClassAccuracy]

  package static var fields: [String: String] {
    ["classCorrelation": "Pearson's, of the accuracies over classes."]
  }

  /// - Parameter identifiers: the first network's classes.
  package init(_ pair: ErrorAgreement, classes identifiers: [String]) {
    first = pair.first
    second = pair.second
    n = pair.consistency.count
    firstTop1 = Share(pair.consistency.firstAccuracy)
    secondTop1 = Share(pair.consistency.secondAccuracy)
    observed = Share(pair.consistency.observed)
    expected = Share(pair.consistency.expected)
    kappa = Nullable(pair.consistency.kappa)
    kappaInterval = Interval(pair.interval)
    classCorrelation = Nullable(pair.correlation)
    classes = pair.classes.map { own in
      ClassAccuracy(
        class: identifiers.indices.contains(own.label) ? identifiers[own.label] : "\(own.label)",
        n: own.count, firstCorrect: own.firstCorrect, secondCorrect: own.secondCorrect)
    }
  }
}
