import Datasets

extension CategoryDecision {
  /// The decision by a mapping of classes to categories, with all categories ranked: the most probable first,
  /// ties to the alphabetically first.
  public init(_ mapping: LabelMapping) {
    self.init { (logits: [Float]) -> [String] in
      let probabilities = mapping.probabilities(logits: logits)
      guard probabilities.allSatisfy(\.isFinite) else { return [] }
      return mapping.categories.indices
        .sorted { (probabilities[$1], $0) < (probabilities[$0], $1) }
        .map { mapping.categories[$0] }
    }
  }
}
