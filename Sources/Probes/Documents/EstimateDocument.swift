/// A mean over pictures.
package struct EstimateDocument: AnswerDocument {
  let mean: Nullable<Double>
  let interval: Interval
  let n: Int

  package static var fields: [String: String] { ["n": "The pictures that have a value."] }

  package init?(_ mean: SampleMean?) {
    guard let mean else { return nil }
    self.mean = Nullable(mean.value)
    interval = Interval(mean.interval)
    n = mean.count
  }
}
