import Models
import Tensors

/// Cue-conflict stimuli: pictures with the shape of one category and the texture of another.
public protocol StimulusSource: PictureSource {
  /// The shape's and the texture's category of stimulus `index`, for example `cat` and `elephant`.
  func cues(at index: Int) -> (shape: String, texture: String)
}

/// How logits become one of the cue categories; the mapping between classes and categories belongs to the
/// label space, not to the probe.
public struct CategoryDecision: Sendable {
  private let ranking: @Sendable ([Float]) -> [String]
  private let ranksAll: Bool

  /// - Parameter decide: from one picture's logits to a category.
  public init(decide: @escaping @Sendable ([Float]) -> String) {
    ranking = { [decide($0)] }
    ranksAll = false
  }

  /// - Parameter ranking: from one picture's logits to all categories, the most probable first.
  public init(ranking: @escaping @Sendable ([Float]) -> [String]) {
    self.ranking = ranking
    ranksAll = true
  }

  /// The category decided for, `na` when there is none, and the ranks of both cues counted from 1 where all
  /// categories are ranked.
  func answer(
    _ logits: [Float], stimulus: String, cues: (shape: String, texture: String)
  ) -> CueConflictAnswer {
    let ranked = ranking(logits)
    func rank(_ category: String) -> Int? {
      ranksAll ? ranked.firstIndex(of: category).map { $0 + 1 } : nil
    }
    return CueConflictAnswer(
      stimulus: stimulus, shape: cues.shape, texture: cues.texture, response: ranked.first ?? "na",
      shapeRank: rank(cues.shape), textureRank: rank(cues.texture))
  }
}

/// Whether a network goes by shape or by texture (Geirhos et al. 2019, 1811.12231).
public struct TextureBiasProbe: Sendable {
  public let classifier: any Classifier
  public let decision: CategoryDecision
  /// Pictures the network sees at once.
  public let batchSize: Int

  public init(classifier: any Classifier, decision: CategoryDecision, batchSize: Int = 16) {
    self.classifier = classifier
    self.decision = decision
    self.batchSize = batchSize
  }

  /// Asks about every stimulus; the result counts only those whose cues conflict.
  ///
  /// - Parameters:
  ///   - earlier: an interrupted run's result; its stimuli are not asked again.
  ///   - commit: called with each batch's answers; throwing ends the run.
  /// - Throws: `ProbeError`, and what the stimuli, the network or `commit` throw.
  public func run(
    on stimuli: any StimulusSource, after earlier: TextureBiasResult? = nil, workers: Workers,
    commit: (ProbeBatch<CueConflictAnswer>) throws -> Void = { _ in }
  ) throws -> TextureBiasResult {
    let answered = Dictionary(
      (earlier?.answers ?? []).map { ($0.stimulus, $0) }, uniquingKeysWith: { first, _ in first })
    let (answers, skipped) = try BatchedRun(batchSize: batchSize)(
      over: stimuli, answered: answered, skipped: earlier?.skipped ?? [], commit: commit
    ) { indices, pictures in
      let logits = try classifier.checkedLogits(of: pictures, on: workers) {
        stimuli.name(at: indices[$0])
      }
      return indices.enumerated().map { row, index in
        decision.answer(
          logits.slice(row..<row + 1).elements, stimulus: stimuli.name(at: index),
          cues: stimuli.cues(at: index))
      }
    }
    return TextureBiasResult(
      observer: classifier.card.name, kind: .network, answers: answers, skipped: skipped)
  }
}
