/// Where a value lies along an axis.
struct LinearScale: Sendable {
  /// The values at the two ends.
  let domain: (from: Double, to: Double)
  /// The coordinates of the two ends; may run backwards.
  let range: (from: Double, to: Double)

  /// The coordinate of `value`; values outside the domain land on its end.
  func position(_ value: Double) -> Double {
    let fraction = (value - domain.from) / (domain.to - domain.from)
    return range.from + min(1, max(0, fraction)) * (range.to - range.from)
  }

  /// `count + 1` evenly spaced values from end to end.
  func ticks(_ count: Int) -> [Double] {
    (0...count).map { domain.from + (domain.to - domain.from) * Double($0) / Double(count) }
  }
}
