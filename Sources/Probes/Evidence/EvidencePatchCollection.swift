import Models

/// The answers of pictures, one after another in any order, as the strongest patches of each class.
public struct EvidencePatchCollection: Sendable {
  public let question: EvidencePatchQuestion
  /// For each class asked about.
  private var telling: [PatchSelection]
  private var distractors: [PatchSelection]
  private let places: [Int: Int]
  private var labelCounts: [Int: Int] = [:]
  private var count = 0

  public init(_ question: EvidencePatchQuestion) {
    self.question = question
    telling = question.classes.map { _ in PatchSelection(wanted: question.patches) }
    distractors = telling
    places = Dictionary(question.classes.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  /// Takes in what a picture answered.
  ///
  /// - Returns: the answer with those of its patches that are among the strongest so far.
  @discardableResult
  public mutating func add(_ answer: EvidencePatchAnswer) -> EvidencePatchAnswer {
    count += 1
    labelCounts[answer.label, default: 0] += 1
    var kept = answer
    kept.patches = answer.patches.filter { patch in
      guard let place = places[patch.classIndex] else { return false }
      return patch.isDistractor ? distractors[place].add(patch) : telling[place].add(patch)
    }
    return kept
  }

  /// Whether a patch of that strength may be among the strongest.
  func admits(logit: Float, classIndex: Int, image: String, label: Int) -> Bool {
    guard let place = places[classIndex] else { return false }
    let selection = label == classIndex ? telling[place] : distractors[place]
    return selection.admits(logit: logit, image: image)
  }

  /// What has been found so far.
  public func result(
    model: String, patchSide: Int, skipped: [SkippedImage]
  ) -> EvidencePatchResult {
    EvidencePatchResult(
      model: model, question: question, patchSide: patchSide, count: count,
      classes: question.classes.enumerated().map { place, classIndex in
        let own = labelCounts[classIndex, default: 0]
        return EvidencePatchResult.ClassPatches(
          classIndex: classIndex, images: own, telling: telling[place].strongest(of: own),
          distractors: distractors[place].strongest(of: count - own))
      }, skipped: skipped)
  }
}
