/// A mean over pictures with its 95 % interval, normal; without an interval for a single picture.
public struct SampleMean: Hashable, Sendable {
  public let value: Double
  public let interval: ClosedRange<Double>?
  /// The pictures that have a value.
  public let count: Int

  /// Nil where no picture has a value.
  public init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    value = mean
    count = values.count
    guard values.count > 1 else {
      interval = nil
      return
    }
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    let half = WilsonInterval.ninetyFivePercent * (variance / Double(values.count)).squareRoot()
    interval = mean - half...mean + half
  }
}
