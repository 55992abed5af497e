import Files
import Tensors

/// Percentile intervals of statistics over pictures, by drawing as many pictures again with replacement (Efron 1979).
public struct Bootstrap: Hashable, Sendable {
  /// How often pictures are drawn again.
  public let replicates: Int
  /// The same seed gives the same intervals.
  public let seed: UInt64
  /// The probability that an interval should hold the true value, 0…1.
  public let confidence: Double

  public init(replicates: Int = 1000, seed: UInt64 = 0, confidence: Double = 0.95) {
    precondition(replicates > 0 && confidence > 0 && confidence < 1, "\(replicates) draws for \(confidence)")
    self.replicates = replicates
    self.seed = seed
    self.confidence = confidence
  }

  /// The interval of one statistic; nil for fewer than two pictures, or where the statistic has no value in any draw.
  ///
  /// - Parameters:
  ///   - count: the number of pictures.
  ///   - statistic: from the indices of the pictures drawn, `count` of them, to a value; nil where it has none. Called
  ///     on several threads at once.
  public func interval(over count: Int, _ statistic: ([Int]) -> Double?) -> ClosedRange<Double>? {
    intervals(over: count) { [statistic($0)] }.first.flatMap { $0 }
  }

  /// The intervals of several statistics, all taken of the same draws.
  ///
  /// - Returns: one for each value that `statistics` gives; none for fewer than two pictures.
  public func intervals(over count: Int, _ statistics: ([Int]) -> [Double?]) -> [ClosedRange<Double>?] {
    guard count > 1 else { return [] }
    let draws = inParallel(replicates) { replicate in
      var generator = SeededGenerator(seed: seed, stream: UInt64(replicate))
      return statistics((0..<count).map { _ in generator.uniform(below: count) })
    }
    return (0..<(draws.first?.count ?? 0)).map { place in
      percentiles(draws.compactMap { $0.indices.contains(place) ? $0[place] : nil }.sorted())
    }
  }

  private func percentiles(_ sorted: [Double]) -> ClosedRange<Double>? {
    guard !sorted.isEmpty else { return nil }
    func percentile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
    let tail = (1 - confidence) / 2
    let (lower, upper) = (percentile(tail), percentile(1 - tail))
    return lower...max(lower, upper)
  }
}
