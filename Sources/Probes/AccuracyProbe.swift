import Models
import Tensors

/// How often a network names the true class of clean pictures.
public struct AccuracyProbe: Sendable {
  public let classifier: any Classifier
  /// Pictures the network sees at once.
  public let batchSize: Int

  public init(classifier: any Classifier, batchSize: Int = 16) {
    self.classifier = classifier
    self.batchSize = batchSize
  }

  /// Asks about every picture, five classes each, the lower index first among equal logits.
  ///
  /// - Parameters:
  ///   - images: with labels in the network's own numbering.
  ///   - earlier: an interrupted run's result; its pictures are not asked again.
  ///   - commit: called with each batch's answers; throwing ends the run.
  /// - Throws: `ProbeError`, and what the pictures, the network or `commit` throw.
  public func run(
    on images: any ImageSource, after earlier: AccuracyResult? = nil, workers: Workers,
    commit: (ProbeBatch<ImageAnswer>) throws -> Void = { _ in }
  ) throws -> AccuracyResult {
    let answered = Dictionary(
      (earlier?.answers ?? []).map { ($0.image, $0) }, uniquingKeysWith: { first, _ in first })
    let (answers, skipped) = try BatchedRun(batchSize: batchSize)(
      over: images, answered: answered, skipped: earlier?.skipped ?? [], commit: commit
    ) { indices, pictures in
      let logits = try classifier.checkedLogits(of: pictures, on: workers) {
        images.name(at: indices[$0])
      }
      return zip(indices, Predictions.top(5, of: logits)).map {
        ImageAnswer(image: images.name(at: $0), label: images.label(at: $0), top: $1)
      }
    }
    return AccuracyResult(model: classifier.card.name, answers: answers, skipped: skipped)
  }
}
