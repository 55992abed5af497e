import Models
import Tensors

/// Attacks one after another, each on the pictures that those before left standing. The standard ensemble
/// (AutoAttack, Croce & Hein 2020, 2003.01690) is APGD with the cross-entropy, APGD towards 9 classes, FAB towards 9
/// classes, and Square with 5,000 questions.
public struct AttackSequence: Perturbation {
  /// A part with its name in the catalogue.
  public struct Part: Sendable {
    public let name: String
    public let attack: any Perturbation

    public init(name: String, attack: any Perturbation) {
      self.name = name
      self.attack = attack
    }
  }

  public let budget: PerturbationBudget
  public let parts: [Part]

  public init(budget: PerturbationBudget, parts: [Part]) {
    self.budget = budget
    self.parts = parts
  }

  /// The standard ensemble.
  ///
  /// - Parameters:
  ///   - steps: of each gradient attack.
  ///   - queries: of Square.
  /// - Throws: `AdversaryError.setting`.
  public static func standard(budget: PerturbationBudget, steps: Int = 100, queries: Int = 5000) throws
    -> Self
  {
    AttackSequence(
      budget: budget,
      parts: [
        Part(name: "apgd-ce", attack: try AutoPGD(budget: budget, aim: .goal(.crossEntropy), steps: steps)),
        Part(name: "apgd-t", attack: try AutoPGD(budget: budget, aim: .classes(9), steps: steps)),
        Part(
          name: "fab-t",
          attack: try FastAdaptiveBoundary(norm: budget.norm, epsilon: budget.epsilon, steps: steps)),
        Part(name: "square", attack: try SquareAttack(budget: budget, queries: queries)),
      ])
  }

  public func perturb(
    _ task: PerturbationTask, against classifier: any Classifier, workers: Workers
  ) throws -> PerturbedPictures {
    var result = PerturbedPictures(unchanged: task)
    for part in parts {
      let rows = result.missing
      guard !rows.isEmpty else { break }
      let own = task.selecting(rows)
      let outcome = try part.attack.perturb(own, against: classifier, workers: workers)
      result.merge(outcome, rows: rows) { place in
        // A change that is longer than the budget allows finds nothing.
        outcome.isFound[place] && own.length(of: outcome.images, row: place, budget.norm) <= budget.reach
      }
      for (place, row) in rows.enumerated() where result.isFound[row] && outcome.isFound[place] {
        result.finder[row] = part.name
      }
    }
    return result
  }
}
