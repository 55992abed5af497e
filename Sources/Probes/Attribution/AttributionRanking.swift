/// What orders a picture's pixels by how much they speak for a class.
public enum AttributionRanking: Hashable, Sendable {
  /// The logits of a BagNet's cells, each spread evenly over the pixels that the cell sees.
  case evidence
  case method(AttributionMap.Method)
  /// Random numbers: the floor.
  case random

  /// Every ranking there is, in the order of tables.
  public static let all: [AttributionRanking] =
    [.evidence] + AttributionMap.Method.allCases.map(AttributionRanking.method) + [.random]

  /// As commands and studies call it.
  public var name: String {
    switch self {
    case .evidence: "evidence"
    case .method(let method): method.rawValue
    case .random: "random"
    }
  }

  /// As a figure calls it.
  public var title: String {
    switch self {
    case .evidence: "Evidence map"
    case .method(let method): method.title
    case .random: "Random"
    }
  }

  /// The ranking of that name; nil when there is none.
  public init?(name: String) {
    guard let known = AttributionRanking.all.first(where: { $0.name == name }) else { return nil }
    self = known
  }
}
