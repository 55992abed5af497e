import Tensors

/// How much of what may be changed a random search changes at a time (Andriushchenko et al. 2020, 1912.00049), and what
/// it goes by.
struct SearchSchedule: Hashable, Sendable {
  /// How often the network may be asked about a picture.
  let queries: Int
  /// The share that the first changes cover.
  let share: Double

  /// The share that a change covers once `query` questions have been asked: halved after 10, 50, 200, 500, 1000, 2000,
  /// 4000, 6000 and 8000 of 10,000 proposals.
  func share(after query: Int) -> Double {
    let step = (query - 1) * 10_000 / queries
    let halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000].count { step > $0 }
    return share / Double(1 << halvings)
  }

  /// What a search lowers: the margin to leave a class, the cross-entropy to reach one.
  static func losses(_ logits: Tensor, goals: [AttackGoal]) -> [Double] {
    let margins = AttackLoss.margin(confidence: .infinity).evaluate(logits, goals: goals).values
    let entropies = AttackLoss.crossEntropy.evaluate(logits, goals: goals).values
    return goals.indices.map { place in
      if case .leave = goals[place] { margins[place] } else { entropies[place] }
    }
  }
}
