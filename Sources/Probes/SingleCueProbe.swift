import Datasets
import Models
import Tensors

/// How well a network names pictures by one cue alone, by the same decision between categories as on cue conflicts
/// (Geirhos et al. 2019, 1811.12231).
public struct SingleCueProbe: Sendable {
  public let classifier: any Classifier
  public let mapping: LabelMapping
  /// Pictures the network sees at once.
  public let batchSize: Int

  public init(classifier: any Classifier, mapping: LabelMapping, batchSize: Int = 16) {
    self.classifier = classifier
    self.mapping = mapping
    self.batchSize = batchSize
  }

  /// Asks about every picture.
  ///
  /// - Parameters:
  ///   - images: with labels that are places among the mapping's categories.
  ///   - set: what the pictures are called.
  ///   - earlier: an interrupted run's result; its pictures are not asked again.
  ///   - commit: called with each batch's answers; throwing ends the run.
  /// - Throws: `ProbeError`, and what the pictures, the network or `commit` throw.
  public func run(
    on images: any ImageSource, called set: String, after earlier: SingleCueResult? = nil, workers: Workers,
    commit: (ProbeBatch<CueConflictAnswer>) throws -> Void = { _ in }
  ) throws -> SingleCueResult {
    let decision = CategoryDecision(mapping)
    let answered = Dictionary(
      (earlier?.answers ?? []).map { ($0.stimulus, $0) }, uniquingKeysWith: { first, _ in first })
    let (answers, skipped) = try BatchedRun(batchSize: batchSize)(
      over: images, answered: answered, skipped: earlier?.skipped ?? [], commit: commit
    ) { indices, pictures in
      let logits = try classifier.checkedLogits(of: pictures, on: workers) { images.name(at: indices[$0]) }
      return indices.enumerated().map { row, index in
        let category = mapping.categories[images.label(at: index)]
        return decision.answer(
          logits.slice(row..<row + 1).elements, stimulus: images.name(at: index),
          cues: (shape: category, texture: category))
      }
    }
    return SingleCueResult(model: classifier.card.name, set: set, answers: answers, skipped: skipped)
  }
}
