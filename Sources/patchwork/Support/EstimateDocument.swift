import Probes

/// A mean over pictures as JSON has it.
struct EstimateDocument: Encodable {
  let mean: Double
  let interval: Nullable<[Double]>
  let n: Int

  init?(_ mean: SampleMean?) {
    guard let mean else { return nil }
    self.mean = mean.value
    interval = Nullable(mean.interval.map { [$0.lowerBound, $0.upperBound] })
    n = mean.count
  }
}
