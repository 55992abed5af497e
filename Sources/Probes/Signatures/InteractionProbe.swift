import Models
import Tensors

/// How pictures are masked: the second signature's question.
public struct InteractionQuestion: Codable, Hashable, Sendable {
  public var layouts: [MaskLayout]

  public init(layouts: [MaskLayout] = MaskLayout.published) { self.layouts = layouts }
}

/// Whether what masks do to a logit adds up (Brendel & Bethge 2019, 1904.00760): ℓ(x) − ℓ(x + Σδᵢ), all masks at once,
/// beside Σᵢ (ℓ(x) − ℓ(x + δᵢ)), one at a time. Masks have the network's mean colour; the logit is the true class'.
///
/// For a BagNet both are equal where no cell sees two masks. It computes only the cells that see a mask, and of them
/// only the class.
public struct InteractionProbe: Sendable {
  public let classifier: any Classifier
  public let question: InteractionQuestion
  /// Pictures the network sees at once.
  public let batchSize: Int

  public init(
    classifier: any Classifier, question: InteractionQuestion = InteractionQuestion(), batchSize: Int = 16
  ) {
    self.classifier = classifier
    self.question = question
    self.batchSize = batchSize
  }

  /// Asks about every picture under every layout.
  ///
  /// - Parameters:
  ///   - images: with labels in the network's own numbering.
  ///   - earlier: an interrupted run's result; its pictures are not asked again.
  ///   - commit: called with the answer to each picture; throwing ends the run.
  /// - Throws: `ProbeError.tooFewMasks`, and what the pictures, the network or `commit` throw.
  public func run(
    on images: any ImageSource, after earlier: InteractionResult? = nil, workers: Workers,
    commit: (ProbeBatch<InteractionAnswer>) throws -> Void = { _ in }
  ) throws -> InteractionResult {
    guard batchSize >= 1 else { throw ProbeError.batchSize(found: batchSize) }
    let (answers, skipped) = try BatchedRun.eachPicture(
      of: images, after: earlier?.answers ?? [], name: \.image, skipped: earlier?.skipped ?? [],
      commit: commit
    ) { try answer($0, name: $1, label: $2, workers) }
    return InteractionResult(
      model: classifier.card.name, question: question, answers: answers, skipped: skipped)
  }

  private func answer(
    _ picture: Tensor, name: String, label: Int, _ workers: Workers
  ) throws -> InteractionAnswer {
    try classifier.requireClass(label)
    let local = classifier as? any LocalClassifier
    let network: any Classifier = local?.keepingClass(label) ?? classifier
    let column = local == nil ? label : 0
    let clean = try network.cleanImages(of: picture, on: workers)
    let logit = Double(
      try network.checkedLogits(of: ChangedImages(unchanged: picture, clean: clean), on: workers) { _ in name
      }[0, column])
    let (height, width) = (picture.shape[2], picture.shape[3])
    let colour = classifier.card.preprocessing.meanColour
    var result = InteractionAnswer(image: name, label: label, joint: [], sum: [])
    for layout in question.layouts {
      let masks = try layout.masks(height: height, width: width)
      let covers = [masks] + masks.map { [$0] }
      let whole = PixelRectangle(rows: 0..<height, columns: 0..<width)
      let changed = [whole] + masks
      var falls: [Double] = []
      for start in stride(from: 0, to: covers.count, by: batchSize) {
        let batch = start..<min(start + batchSize, covers.count)
        let logits = try network.checkedLogits(
          of: ChangedImages(
            picture.copies(covering: Array(covers[batch]), with: colour), rectangles: Array(changed[batch]),
            clean: batch.flatMap { _ in clean }), on: workers
        ) { _ in name }
        falls += batch.indices.map { logit - Double(logits[$0 - start, column]) }
      }
      result.joint.append(falls[0])
      result.sum.append(falls.dropFirst().reduce(0, +))
    }
    return result
  }
}
