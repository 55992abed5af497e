/// How much two observers, or two runs, differ on the pictures that both answered.
///
/// Each picture counts between 0 and 1 for either side: its one answer right or wrong, or its share of right answers. As
/// the same picture is shown to both, the interval is that of the mean of the pictures' differences: 95 %, normal, after
/// adding half a picture won, half a picture lost and one drawn, which keeps it honest for few pictures and for equal
/// answers (Agresti & Min 2005, there for a single answer a picture).
public struct PairedDifference: Hashable, Sendable {
  /// The pictures that both answered.
  public let count: Int
  /// Each side's mean over those pictures, 0…1.
  public let first, second: Double
  /// The ends of the interval of `difference`, −1…1.
  public let lower, upper: Double
  /// The pictures on which the two differ.
  public let changed: Int

  /// How much the first is above the second.
  public var difference: Double { first - second }

  /// Whether chance in the choice of pictures alone would seldom give such a difference.
  public var isBeyondChance: Bool { lower > 0 || upper < 0 }

  /// Nil when the two have no picture in common.
  ///
  /// - Parameters: each picture's value by its name, 0…1.
  public init?(_ first: [String: Double], _ second: [String: Double]) {
    // Sums in one order, whatever the dictionaries'.
    let pairs = first.keys.sorted().compactMap { name in
      second[name].map { (first[name, default: 0], $0) }
    }
    guard !pairs.isEmpty else { return nil }
    let number = Double(pairs.count)
    count = pairs.count
    self.first = pairs.reduce(0) { $0 + $1.0 } / number
    self.second = pairs.reduce(0) { $0 + $1.1 } / number
    changed = pairs.count { $0.0 != $0.1 }
    let differences = pairs.map { $0.0 - $0.1 }
    let centre = differences.reduce(0, +) / (number + 2)
    let square = (differences.reduce(0) { $0 + $1 * $1 } + 1) / (number + 2)
    let half =
      WilsonInterval.ninetyFivePercent * (max(0, square - centre * centre) / (number + 2)).squareRoot()
    lower = max(-1, centre - half)
    upper = min(1, centre + half)
  }

  /// The same of numbers of any size: the interval is the plain one of a mean of differences. Nil too for fewer than two
  /// items in common.
  public init?(numbers first: [String: Double], _ second: [String: Double]) {
    let pairs = first.keys.sorted().compactMap { name in
      second[name].map { (first[name, default: 0], $0) }
    }
    guard let interval = SampleMean(pairs.map { $0.0 - $0.1 })?.interval else { return nil }
    count = pairs.count
    self.first = pairs.reduce(0) { $0 + $1.0 } / Double(pairs.count)
    self.second = pairs.reduce(0) { $0 + $1.1 } / Double(pairs.count)
    changed = pairs.count { $0.0 != $0.1 }
    (lower, upper) = (interval.lowerBound, interval.upperBound)
  }
}
