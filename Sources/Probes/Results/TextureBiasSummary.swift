/// How often each cue was answered on conflict stimuli.
public struct CueCounts: Codable, Hashable, Sendable {
  public var shape: Int
  public var texture: Int
  /// Neither cue, `na` included.
  public var other: Int

  public init(shape: Int = 0, texture: Int = 0, other: Int = 0) {
    self.shape = shape
    self.texture = texture
    self.other = other
  }

  /// Counts the conflict stimuli among `answers`.
  public init(_ answers: some Sequence<CueConflictAnswer>) {
    self.init()
    for answer in answers where answer.isConflict {
      if answer.response == answer.shape {
        shape += 1
      } else if answer.response == answer.texture {
        texture += 1
      } else {
        other += 1
      }
    }
  }

  public var count: Int { shape + texture + other }
  /// s / (s + t); nil when neither cue was ever answered.
  public var shapeBias: Double? {
    shape + texture == 0 ? nil : Double(shape) / Double(shape + texture)
  }
  /// (s + t) / N; nil without stimuli.
  public var coverage: Double? { fraction(shape + texture) }
  /// s / N and t / N; nil without stimuli.
  public var shapeFraction: Double? { fraction(shape) }
  public var textureFraction: Double? { fraction(texture) }

  private func fraction(_ part: Int) -> Double? {
    count == 0 ? nil : Double(part) / Double(count)
  }
}

/// One observer's decisions between shape and texture, or those of several taken together, overall and for
/// each shape category.
public struct TextureBiasSummary: Codable, Hashable, Sendable {
  /// The counts of stimuli with one shape.
  public struct Category: Codable, Hashable, Sendable {
    public var name: String
    public var counts: CueCounts
  }

  public var observer: String
  public var kind: TextureBiasResult.Kind
  public var counts: CueCounts
  /// Sorted by name.
  public var categories: [Category]
  /// The mean over conflict stimuli of 1 / rank of the shape's and the texture's category; nil unless every
  /// answer has ranks.
  public var shapeReciprocalRank: Double?
  public var textureReciprocalRank: Double?

  public init(_ result: TextureBiasResult) {
    self.init(observer: result.observer, kind: result.kind, conflicts: result.conflicts)
  }

  /// Several observers taken together: their answers are pooled, not their percentages averaged. Pooling is
  /// what gives the published 95.9 % for people; the mean of the ten observers is 95.8 %.
  public init(pooling results: [TextureBiasResult], observer: String, kind: TextureBiasResult.Kind) {
    self.init(observer: observer, kind: kind, conflicts: results.flatMap(\.conflicts))
  }

  private init(observer: String, kind: TextureBiasResult.Kind, conflicts: [CueConflictAnswer]) {
    self.observer = observer
    self.kind = kind
    counts = CueCounts(conflicts)
    categories = Dictionary(grouping: conflicts, by: \.shape)
      .map { Category(name: $0.key, counts: CueCounts($0.value)) }
      .sorted { $0.name < $1.name }
    shapeReciprocalRank = TextureBiasSummary.meanReciprocal(conflicts.map(\.shapeRank))
    textureReciprocalRank = TextureBiasSummary.meanReciprocal(conflicts.map(\.textureRank))
  }

  public var shapeBias: Double? { counts.shapeBias }
  public var coverage: Double? { counts.coverage }

  /// The category names from the greatest shape bias to the least, names without any last, equals by name:
  /// the order of the rows in the published figure when asked of people.
  public var categoriesByShapeBias: [String] {
    categories
      .sorted { ($1.counts.shapeBias ?? -1, $0.name) < ($0.counts.shapeBias ?? -1, $1.name) }
      .map(\.name)
  }

  private static func meanReciprocal(_ ranks: [Int?]) -> Double? {
    let known = ranks.compactMap { $0 }
    guard !known.isEmpty, known.count == ranks.count else { return nil }
    return known.reduce(0) { $0 + 1 / Double($1) } / Double(known.count)
  }
}
