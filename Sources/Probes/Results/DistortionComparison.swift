/// Two networks on the same pictures under one kind of distortion.
///
/// What is compared is each picture's share of right answers over the levels beyond the weakest: a picture's levels hang
/// together, so that it is the pictures that are counted.
public struct DistortionComparison: Hashable, Sendable {
  /// The kind's name.
  public let kind: String
  /// How the shares differ.
  public let paired: PairedDifference

  /// The pictures that both answered.
  public var count: Int { paired.count }
  /// Each network's mean share of right answers on those pictures.
  public var first: Double { paired.first }
  public var second: Double { paired.second }
  /// The ends of the interval of `difference`, −1…1.
  public var lower: Double { paired.lower }
  public var upper: Double { paired.upper }
  /// How much the first network is ahead.
  public var difference: Double { paired.difference }
  /// Whether chance in the choice of pictures alone would seldom give such a difference.
  public var isBeyondChance: Bool { paired.isBeyondChance }

  /// Nil when the two have no picture in common, or were not asked at the same levels of `kind`.
  public init?(_ first: DistortionResult, _ second: DistortionResult, under kind: String) {
    let levels = [first, second].map { result in
      result.conditions.series.first { $0.kind == kind }?.levels
    }
    guard levels[0] == levels[1],
      let paired = PairedDifference(first.sharesRight(under: kind), second.sharesRight(under: kind))
    else { return nil }
    self.kind = kind
    self.paired = paired
  }
}
