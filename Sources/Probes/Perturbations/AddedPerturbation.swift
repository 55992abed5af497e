import Adversary
import Models
import Tensors

/// A universal perturbation as an attack on single pictures: it is added, and that is all.
public struct AddedPerturbation: Perturbation {
  public let universal: UniversalPerturbation

  public init(_ universal: UniversalPerturbation) { self.universal = universal }

  public func perturb(
    _ task: PerturbationTask, against classifier: any Classifier, workers: Workers
  ) throws -> PerturbedPictures {
    let images = try universal.added(to: task.images, on: workers)
    let named = Predictions.top1(of: try classifier.logits(of: images, on: workers))
    return PerturbedPictures(
      images: images, isFound: zip(task.goals, named).map { $0.isMet(by: $1) },
      queries: Array(repeating: 1, count: task.count))
  }
}
