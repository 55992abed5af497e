import Distortions

/// The kinds of distortion asked about, each with its levels.
public struct DistortionConditions: Codable, Hashable, Sendable {
  /// One kind with its levels, the weakest first.
  public struct Series: Codable, Hashable, Sendable {
    /// The kind's name: `low-pass`.
    public var kind: String
    public var levels: [Double]

    public init(kind: String, levels: [Double]) {
      self.kind = kind
      self.levels = levels
    }
  }

  public var series: [Series]

  public init(series: [Series]) { self.series = series }

  /// These kinds at their published levels.
  public init(_ kinds: [DistortionKind]) {
    series = kinds.map { Series(kind: $0.name, levels: $0.levels) }
  }

  /// How many pictures are made of one.
  public var count: Int { series.reduce(0) { $0 + $1.levels.count } }

  /// As a study keeps them: `noise 0.0 0.03; contrast 1.0 0.5`.
  public var text: String {
    series.map { ([$0.kind] + $0.levels.map(\.description)).joined(separator: " ") }.joined(separator: "; ")
  }

  /// Reads what `text` writes; nil when it is none.
  public init?(text: String) {
    var series: [Series] = []
    for part in text.split(separator: ";") {
      let words = part.split(separator: " ")
      let levels = words.dropFirst().compactMap { Double($0) }
      guard let kind = words.first, levels.count == words.count - 1, levels.allSatisfy(\.isFinite) else {
        return nil
      }
      series.append(Series(kind: String(kind), levels: levels))
    }
    self.series = series
  }
}
