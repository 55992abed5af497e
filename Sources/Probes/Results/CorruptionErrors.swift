import Distortions

/// One network's errors under corruptions, and beside a baseline's (Hendrycks & Dietterich 2019, 1903.12261).
public struct CorruptionErrors: Hashable, Sendable {
  /// The errors under one corruption.
  public struct Series: Hashable, Sendable {
    /// The corruption's name.
    public let type: String
    public let severities: [Int]
    /// For each severity the share of pictures named wrongly.
    public let errors: [Double]

    /// Over the severities.
    public var mean: Double { errors.reduce(0, +) / Double(errors.count) }
    /// Whether it is one of the fifteen over which the published mean is taken.
    public var isOfBenchmark: Bool { Corruption.benchmark.contains { $0.name == type } }
  }

  /// The network's name.
  public let model: String
  /// How many pictures the errors are over.
  public let count: Int
  /// The share of uncorrupted pictures named wrongly; nil when they were not asked about.
  public let clean: Double?
  public let series: [Series]

  /// The errors over all pictures, or over those named.
  ///
  /// - Parameter images: only these pictures count; nil for all.
  /// - Returns: nil when no picture counts.
  public init?(_ result: DistortionResult, over images: Set<String>? = nil) {
    var counted = result
    if let images { counted.answers = result.answers.filter { images.contains($0.image) } }
    guard counted.count > 0 else { return nil }
    let number = Double(counted.count)
    func errors(_ curve: DistortionCurve) -> [Double] { curve.points.map { 1 - Double($0.correct) / number } }
    let curves = counted.curves
    model = result.model
    count = counted.count
    clean = curves.first { $0.kind == Corruption.clean.name }.flatMap { errors($0).first }
    series = curves.filter { $0.kind != Corruption.clean.name && !$0.points.isEmpty }.map { curve in
      Series(type: curve.kind, severities: curve.points.map { Int($0.level) }, errors: errors(curve))
    }
  }

  /// The mean error over the types asked about that belong to the fifteen; nil when none does.
  public var mean: Double? {
    let means = series.filter(\.isOfBenchmark).map(\.mean)
    return means.isEmpty ? nil : means.reduce(0, +) / Double(means.count)
  }
}

/// A network's errors under corruptions as multiples of a baseline's, on the pictures that both answered.
public struct CorruptionComparison: Hashable, Sendable {
  /// What one corruption costs a network, in terms of what it costs the baseline.
  public struct Ratio: Hashable, Sendable {
    public let type: String
    /// Σ E / Σ E of the baseline, over the severities; nil where the baseline makes no error.
    public let error: Double?
    /// The same after each network's clean error is taken off its errors; nil where the baseline's do not rise above it,
    /// or the clean pictures were not asked about.
    public let relative: Double?
  }

  /// The networks' names.
  public let model, baseline: String
  /// The pictures that both answered.
  public let count: Int
  /// For each type that both were asked about at the same severities.
  public let ratios: [Ratio]
  /// The means of the ratios over those types that belong to the fifteen: mCE and relative mCE, as shares (1 is the
  /// baseline's); nil when there is none, or one of the ratios has no value.
  public let mean, relativeMean: Double?
  /// How many of the fifteen the means are over.
  public let benchmarkTypes: Int
  /// Whether the means are over all fifteen types at all five severities, as the published ones.
  public let isWhole: Bool

  /// Nil when the two have no picture or no type in common.
  public init?(_ result: DistortionResult, against baseline: DistortionResult) {
    let common = Set(result.answers.map(\.image)).intersection(baseline.answers.map(\.image))
    guard let own = CorruptionErrors(result, over: common),
      let other = CorruptionErrors(baseline, over: common)
    else { return nil }
    let pairs = own.series.compactMap { series in
      other.series.first { $0.type == series.type && $0.severities == series.severities }.map { (series, $0) }
    }
    guard !pairs.isEmpty else { return nil }
    model = own.model
    self.baseline = other.model
    count = own.count
    ratios = pairs.map { series, reference in
      let relative = own.clean.flatMap { clean in
        other.clean.flatMap { otherClean -> Double? in
          // Sums of counted shares: what is left of equal ones is rounding.
          let rise = reference.errors.reduce(0) { $0 + $1 - otherClean }
          return rise > 1e-9 ? series.errors.reduce(0) { $0 + $1 - clean } / rise : nil
        }
      }
      return Ratio(
        type: series.type, error: reference.mean > 0 ? series.mean / reference.mean : nil, relative: relative)
    }
    let counted = zip(pairs, ratios).filter { $0.0.0.isOfBenchmark }.map(\.1)
    mean = CorruptionComparison.mean(counted.map(\.error))
    relativeMean = CorruptionComparison.mean(counted.map(\.relative))
    benchmarkTypes = counted.count
    isWhole =
      counted.count == Corruption.benchmark.count
      && pairs.allSatisfy { !$0.0.isOfBenchmark || $0.0.severities == Corruption.severities }
  }

  private static func mean(_ values: [Double?]) -> Double? {
    let known = values.compactMap { $0 }
    return known.isEmpty || known.count < values.count ? nil : known.reduce(0, +) / Double(known.count)
  }
}
