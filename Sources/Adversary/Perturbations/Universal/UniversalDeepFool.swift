import Models
import Tensors

/// The universal adversarial perturbation (Moosavi-Dezfooli et al. 2017, 1610.08401): goes through the pictures and
/// adds, for each that the change so far does not fool, the smallest step that does, as DeepFool finds it, until
/// enough of them are fooled. Steps for some pictures undo what fooled others, so that more rounds may fool fewer: the
/// change of the best round is given.
///
/// A picture is fooled when the network names another class than for the unchanged picture.
public struct UniversalDeepFool: UniversalAttack {
  public let budget: PerturbationBudget
  /// The share of pictures to fool.
  public let goal: Double
  /// How often to go through the pictures at most.
  public let rounds: Int
  /// DeepFool, with few steps: what does not converge is not added.
  public let search: DeepFool

  /// - Throws: `AdversaryError.setting`.
  public init(
    budget: PerturbationBudget, goal: Double = 0.8, rounds: Int = 10, steps: Int = 10, candidates: Int = 10,
    overshoot: Double = 0.02
  ) throws {
    try requireSetting(goal > 0 && goal <= 1, "goal", "a share above 0 and at most 1", goal)
    try requireSetting(rounds >= 1, "rounds", "at least 1", rounds)
    self.budget = budget
    self.goal = goal
    self.rounds = rounds
    // The change is brought into the budget after every step, so that shortness is measured in L2 as published.
    search = try DeepFool(norm: .l2, candidates: candidates, overshoot: overshoot, steps: steps)
  }

  public func perturbation(
    against classifier: any Classifier, on images: any ImageSource, seed: UInt64, workers: Workers,
    progress: (UniversalProgress) throws -> Void
  ) throws -> UniversalPerturbation {
    let pictures = try UniversalPictures(images, of: classifier, workers: workers)
    var universal = UniversalPerturbation(
      change: Tensor(zeros: pictures.shape), norm: budget.norm)
    var fooling: Double?
    var best = (change: universal, fooling: -1.0)
    for round in 0..<rounds {
      var generator = Streams.batches.generator(seed: seed, item: round)
      for (place, index) in pictures.usable.shuffled(using: &generator).enumerated() {
        try progress(
          UniversalProgress(
            done: round * pictures.usable.count + place, total: rounds * pictures.usable.count,
            fooling: fooling))
        guard let picture = try images.load([index]).images else { continue }
        let changed = try universal.added(to: picture, on: workers)
        let clean = pictures.predictions[index] ?? 0
        let task = PerturbationTask(
          images: changed, goals: [.leave(clean)], items: [index], names: [images.name(at: index)], seed: seed
        )
        // Where the change fools already, DeepFool returns at once with nothing to add.
        let found = try search.perturb(task, against: classifier, workers: workers)
        guard found.isFound[0], found.queries[0] > 1 else { continue }
        universal = extended(universal, by: found.images, from: changed)
      }
      let share = try pictures.fooling(of: universal)
      fooling = share
      if share >= best.fooling { best = (universal, share) }
      try progress(
        UniversalProgress(
          done: (round + 1) * pictures.usable.count, total: rounds * pictures.usable.count, fooling: share))
      if share >= goal { break }
    }
    return best.change
  }

  /// The change with one picture's step added, brought into the budget.
  private func extended(
    _ universal: UniversalPerturbation, by found: Tensor, from changed: Tensor
  ) -> UniversalPerturbation {
    var change = universal.change
    change.withUnsafeMutableBuffer { change in
      found.withUnsafeBuffer { found in
        changed.withUnsafeBuffer { changed in
          for index in change.indices { change[index] += found[index] - changed[index] }
        }
      }
    }
    return UniversalPerturbation(change: budget.shortened(change), norm: budget.norm)
  }
}
