import Adversary
import Models
import Tensors

/// What speaks against trusting a measured robustness (Croce & Hein 2020, 2003.01690; Carlini et al. 2019,
/// 1902.06705), each as a line of text.
public enum AttackChecks {
  /// The share of attacked pictures with vanished gradients above which a warning is due.
  static let vanishedShare = 0.1
  /// How much logits of the same pictures may differ between two calls.
  static let variation: Float = 1e-5

  /// What can be seen of the network before it is attacked, on some of the pictures.
  ///
  /// - Throws: what the pictures or the network throw.
  public static func warnings(
    about classifier: any Classifier, on images: any ImageSource, workers: Workers
  ) throws -> [String] {
    let loaded = try images.load(Array(0..<min(8, images.count)))
    guard let pictures = loaded.images else { return [] }
    let names = loaded.positions.map(images.name(at:))
    let first = try classifier.checkedLogits(of: pictures, on: workers) { names[$0] }
    let second = try classifier.checkedLogits(of: pictures, on: workers) { names[$0] }
    var warnings: [String] = []
    let difference = zip(first.elements, second.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
    if difference > variation {
      warnings.append(
        "the network answers differently to the same picture (by up to \(difference)); average over its randomness"
      )
    }
    let looksLikeProbabilities = (0..<first.shape[0]).allSatisfy { row in
      first.withRow(row) { logits in
        logits.allSatisfy { $0 >= 0 && $0 <= 1 } && abs(logits.reduce(0, +) - 1) < 1e-3
      }
    }
    if looksLikeProbabilities {
      warnings.append(
        "the network's outputs look like probabilities; give it logits, or losses on top flatten the gradients"
      )
    }
    return warnings
  }

  /// What can be seen from the answers.
  public static func warnings(in result: PerturbationResult) -> [String] {
    var warnings: [String] = []
    let attacked = result.attacked
    let vanished = attacked.count(where: \.hasVanishedGradient)
    if Double(vanished) > vanishedShare * Double(attacked.count) {
      warnings.append(
        "gradients vanished on \(vanished) of \(attacked.count) pictures; robustness may be a matter of the gradients"
      )
    }
    let blind = result.successes.count {
      $0.finder.flatMap(PerturbationCatalogue.named)?.usesGradients == false
    }
    if blind > 0 {
      warnings.append(
        "the black-box attack fooled \(blind) pictures that withstood those that see gradients; these may be masked"
      )
    }
    return warnings
  }

  /// What can be seen from the same attack with several budgets: more of a budget must not leave more pictures standing.
  /// A larger square holds every smaller one, so the same goes for stickers.
  public static func warnings(across results: [PerturbationResult]) -> [String] {
    let curve = results.compactMap { result in
      budget(of: result.question).map { (budget: $0, correct: result.robustCorrect()) }
    }.sorted { $0.budget.size < $1.budget.size }
    return zip(curve, curve.dropFirst()).filter { $1.correct > $0.correct }.map { less, more in
      "\(more.correct) pictures withstand \(more.budget.text), but only \(less.correct) withstand \(less.budget.text): "
        + "the attack is too weak there"
    }
  }

  private static func budget(of question: PerturbationQuestion) -> (size: Double, text: String)? {
    if let side = question.side { return (Double(side), "a side of \(side) px") }
    return question.epsilon.map { ($0, "ε = \($0)") }
  }

  /// What can be seen when any change at all is allowed: the attack must then fool everything.
  ///
  /// - Parameter result: of the attack with the whole range of pixels as its budget, or the whole picture as its
  ///   square, on some pictures.
  public static func warnings(withoutBudget result: PerturbationResult) -> [String] {
    let standing = result.attacked.count - result.successes.count
    guard standing > 0 else { return [] }
    return [
      "\(standing) of \(result.attacked.count) pictures withstand a budget that allows any picture: the attack does not "
        + "search well"
    ]
  }
}
