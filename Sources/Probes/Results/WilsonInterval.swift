/// The Wilson score interval for a proportion (Wilson 1927): unlike the usual ± interval it stays within
/// 0…1 and keeps its coverage for few pictures and for proportions near 0 or 1.
public struct WilsonInterval: Codable, Hashable, Sendable {
  /// The ends, 0…1.
  public let lower: Double
  public let upper: Double

  /// The standard normal deviate of a two-sided 95 % interval.
  public static let ninetyFivePercent = 1.959963984540054

  /// The interval for `successes` out of `count`; nil when `count` is 0, where nothing is known.
  ///
  /// - Parameters:
  ///   - successes: within 0…`count`.
  ///   - deviate: the standard normal deviate; the default gives 95 %.
  public init?(successes: Int, of count: Int, deviate: Double = WilsonInterval.ninetyFivePercent) {
    precondition((0...max(0, count)).contains(successes), "successes lie within 0…count")
    guard count > 0 else { return nil }
    let n = Double(count)
    let proportion = Double(successes) / n
    let square = deviate * deviate
    let centre = (proportion + square / (2 * n)) / (1 + square / n)
    let half =
      deviate / (1 + square / n)
      * (proportion * (1 - proportion) / n + square / (4 * n * n)).squareRoot()
    // The ends are exact at 0 and at n; rounding must not push them past.
    lower = successes == 0 ? 0 : max(0, centre - half)
    upper = successes == count ? 1 : min(1, centre + half)
  }
}
