import Files

/// What can go wrong with the name or the size of a corpus that is drawn.
public enum SilhouettesError: ReportableError, Equatable {
  /// A drawn corpus was asked for more or fewer pictures or pixels than it can have.
  case impossibleCorpus(quantity: String, bounds: ClosedRange<Int>, found: Int)
  /// A name that is to be a drawn corpus and is none.
  case notACorpus(name: String, expected: String)

  public var fault: Fault { .usage }

  public var description: String {
    switch self {
    case .impossibleCorpus(let quantity, let bounds, let found):
      "expected \(bounds.lowerBound) to \(bounds.upperBound) \(quantity), found \(found); choose another number"
    case .notACorpus(let name, let expected):
      "expected \(expected), found '\(name)'; see 'patchwork corpora'"
    }
  }
}
