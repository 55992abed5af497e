import Adversary

/// One network's answers to an attack, at one budget.
package struct PerturbationPoint: Sendable {
  /// The greatest length of a change; nil for stickers.
  package let epsilon: Double?
  /// Pixels along the network's pictures; nil where they have no size of their own.
  package let edge: Int?
  package let result: PerturbationResult

  package init(_ result: PerturbationResult, epsilon: Double?, edge: Int?) {
    self.result = result
    self.epsilon = epsilon
    self.edge = edge
  }

  package var side: Int? { result.question.side }

  /// The share of a picture that a sticker covers.
  package var area: Double? {
    guard let side, let edge, edge > 0 else { return nil }
    return Double(side * side) / Double(edge * edge)
  }

  /// Pictures still named rightly.
  package var correct: Int { result.robustCorrect(within: epsilon) }

  /// The attacked pictures for which a change within the budget does what was wanted.
  package var successes: [PerturbationAnswer] {
    result.successes.filter { answer in
      epsilon.map { answer.length <= PerturbationBudget.reach(of: $0) } ?? true
    }
  }
}
