/// The best network under one kind of distortion beside the next, paired by picture.
package struct DistortionComparisonDocument: AnswerDocument {
  let kind: String
  let n: Int
  let best: String
  let bestMean: Share
  let next: String
  let nextMean: Share
  let difference: Nullable<Double>
  let differenceInterval: Interval
  let beyondChance: Bool

  package static var about: String? { "For one kind the best network beside the next, paired." }

  package init(_ comparison: DistortionComparison, kind: String, best: String, next: String) {
    self.kind = kind
    n = comparison.count
    self.best = best
    bestMean = Share(comparison.first)
    self.next = next
    nextMean = Share(comparison.second)
    difference = Nullable(comparison.difference)
    differenceInterval = Interval(comparison.lower...comparison.upper)
    beyondChance = comparison.isBeyondChance
  }
}
