/// Whether two networks find the same classes hard and err on the same pictures: the third signature (Brendel & Bethge
/// 2019, 1904.00760; Geirhos, Meding & Wichmann 2020, 2006.16736).
public struct ErrorAgreement: Hashable, Sendable {
  /// The two networks' accuracies on one class.
  public struct ClassAccuracy: Hashable, Sendable {
    /// The index of the class among the first network's classes.
    public let label: Int
    /// The pictures of the class.
    public let count: Int
    /// How many each network named rightly.
    public let firstCorrect, secondCorrect: Int
  }

  /// The networks' names.
  public let first, second: String
  public let consistency: ErrorConsistency
  /// The 95 % interval of kappa, by drawing pictures again; nil for fewer than two pictures or where kappa is.
  public let interval: ClosedRange<Double>?
  /// Every class of which there are pictures, by label.
  public let classes: [ClassAccuracy]
  /// Pearson's correlation of the accuracies over classes; nil for fewer than two, or where one side does not vary.
  public let correlation: Double?

  /// Compares the answers to whole pictures that both networks saw; nil when there is none.
  public init?(_ first: ShufflingResult, _ second: ShufflingResult, bootstrap: Bootstrap = Bootstrap()) {
    guard let agreement = ErrorAgreement.all([first, second], bootstrap: bootstrap).first else { return nil }
    self = agreement
  }

  /// Every two of several networks that saw a picture in common, in their order.
  public static func all(_ results: [ShufflingResult], bootstrap: Bootstrap = Bootstrap()) -> [ErrorAgreement]
  {
    let known = results.map { result in
      Dictionary(result.answers.map { ($0.image, $0.clean == $0.label) }) { first, _ in first }
    }
    let pairs = results.indices.flatMap { first in
      results.indices.dropFirst(first + 1).compactMap { second in
        Pair(results[first], results[second], isRight: known[second])
      }
    }
    // Pairs with as many pictures are drawn together: the draws would be the same.
    var intervals: [Int: ClosedRange<Double>] = [:]
    for (count, places) in Dictionary(grouping: pairs.indices, by: { pairs[$0].common.count }) {
      let drawn = bootstrap.intervals(over: count) { drawn in
        places.map { ErrorConsistency(pairs[$0].outcomes.counts(of: drawn))?.kappa }
      }
      for (place, interval) in zip(places, drawn) { intervals[place] = interval }
    }
    return pairs.enumerated().map { ErrorAgreement($1, interval: intervals[$0]) }
  }

  /// The pictures that two networks saw.
  private struct Pair {
    let first, second: String
    let common: [(label: Int, first: Bool, second: Bool)]
    let consistency: ErrorConsistency
    let outcomes: PairOutcomes

    /// - Parameter isRight: whether the second network named a picture rightly.
    init?(_ first: ShufflingResult, _ second: ShufflingResult, isRight: [String: Bool]) {
      common = first.answers.compactMap { answer in
        isRight[answer.image].map { (label: answer.label, first: answer.clean == answer.label, second: $0) }
      }
      guard let consistency = ErrorConsistency(common.map(\.first), common.map(\.second)) else { return nil }
      self.first = first.model
      self.second = second.model
      self.consistency = consistency
      outcomes = PairOutcomes(common.map(\.first), common.map(\.second))
    }
  }

  private init(_ pair: Pair, interval: ClosedRange<Double>?) {
    first = pair.first
    second = pair.second
    consistency = pair.consistency
    self.interval = consistency.kappa == nil ? nil : interval
    classes = Dictionary(grouping: pair.common, by: \.label).sorted { $0.key < $1.key }.map {
      label, answers in
      ClassAccuracy(
        label: label, count: answers.count, firstCorrect: answers.count { $0.first },
        secondCorrect: answers.count { $0.second })
    }
    correlation = Agreement.pearson(
      classes.map { Double($0.firstCorrect) / Double($0.count) },
      classes.map { Double($0.secondCorrect) / Double($0.count) })
  }
}
