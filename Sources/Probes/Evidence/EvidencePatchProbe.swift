import Imaging
import Models
import Tensors

/// The patches of a corpus with the most evidence for each class, for networks whose logit is a mean of local ones: from
/// pictures of the class, and from all others (Brendel & Bethge 2019, 1904.00760, figure 4).
///
/// A picture offers a class the receptive field with its greatest logit, the first among equals; so no picture shows
/// twice on a side. Of patches that look the same the strongest stays.
public struct EvidencePatchProbe: Sendable {
  public let classifier: any LocalClassifier
  public let question: EvidencePatchQuestion
  private let batchSize: Int

  /// - Throws: `ModelError.classOutOfRange`; `ProbeError.paddedField` for receptive fields that begin outside the
  ///   picture.
  public init(classifier: any LocalClassifier, question: EvidencePatchQuestion, batchSize: Int = 16) throws {
    for index in question.classes { try classifier.requireClass(index) }
    let field = classifier.receptiveField
    guard field.offset == 0 else {
      throw ProbeError.paddedField(model: classifier.card.name, offset: field.offset)
    }
    self.classifier = classifier
    self.question = question
    self.batchSize = batchSize
  }

  /// Asks about every picture; what is held of them does not grow with their number, names aside.
  ///
  /// - Parameters:
  ///   - images: prepared by the network's card, with labels in the network's own numbering.
  ///   - earlier: an interrupted run's answers; their pictures are not asked again.
  ///   - skipped: what an interrupted run left out.
  ///   - commit: called with each batch's answers; throwing ends the run.
  /// - Throws: `ProbeError`, and what the pictures, the network or `commit` throw.
  public func run(
    on images: any ImageSource, after earlier: [EvidencePatchAnswer] = [], skipped: [SkippedImage] = [],
    workers: Workers, commit: (ProbeBatch<EvidencePatchAnswer>) throws -> Void = { _ in }
  ) throws -> EvidencePatchResult {
    var collection = EvidencePatchCollection(question)
    for answer in earlier { collection.add(answer) }
    let answered = Set(earlier.map(\.image))
    let skipped = try BatchedRun(batchSize: batchSize).forEachBatch(
      of: images, isAnswered: answered.contains, skipped: skipped, commit: commit
    ) { indices, pictures in
      let maps = try maps(of: pictures, on: workers)
      let predicted = try answers(maps, names: indices.map(images.name(at:)))
      return indices.indices.map { row in
        let (image, label) = (images.name(at: indices[row]), images.label(at: indices[row]))
        let patches = patches(
          maps, pictures, row: row, image: image, label: label, predicted: predicted[row], collection)
        return collection.add(
          EvidencePatchAnswer(image: image, label: label, predicted: predicted[row], patches: patches))
      }
    }
    let result = collection.result(
      model: classifier.card.name, patchSide: classifier.receptiveField.size, skipped: skipped)
    guard result.count > 0 else { throw ProbeError.noReadablePictures(skipped: skipped.count) }
    return result
  }

  /// `[batch, classes, rows, columns]`, checked against the receptive field.
  private func maps(of pictures: Tensor, on workers: Workers) throws -> Tensor {
    let field = classifier.receptiveField
    let (height, width) = (pictures.shape[2], pictures.shape[3])
    guard height >= field.size, width >= field.size else {
      throw ProbeError.pictureTooSmall(height: height, width: width, receptiveField: field.size)
    }
    let maps = try classifier.logitMap(of: pictures, on: workers)
    let classes = classifier.card.classes.count
    let expected: Shape = [
      pictures.shape[0], classes, field.cellCount(on: height), field.cellCount(on: width),
    ]
    guard maps.shape == expected else {
      throw ProbeError.mapShape(
        model: classifier.card.name,
        expected: "of \(classes) classes with fields of \(field.size) pixels every \(field.stride)",
        found: "\(maps.shape) for \(pictures.shape)")
    }
    return maps
  }

  /// The class with the greatest mean over each picture's map, which is its logit; the lower index among equals.
  private func answers(_ maps: Tensor, names: [String]) throws -> [Int] {
    let (count, classes) = (maps.shape[0], maps.shape[1])
    let cells = maps.shape[2] * maps.shape[3]
    let logits = Tensor(uninitialized: [count, classes]) { logits in
      maps.withUnsafeBuffer { maps in
        for place in logits.indices {
          var sum = 0.0
          for cell in place * cells..<(place + 1) * cells { sum += Double(maps[cell]) }
          logits[place] = Float(sum / Double(cells))
        }
      }
    }
    try classifier.check(logits, count: count) { names[$0] }
    return Predictions.top1(of: logits)
  }

  /// For each class the picture's strongest patch, where it may be among the strongest of all.
  private func patches(
    _ maps: Tensor, _ pictures: Tensor, row: Int, image: String, label: Int, predicted: Int,
    _ collection: EvidencePatchCollection
  ) -> [EvidencePatch] {
    let (classes, columns) = (maps.shape[1], maps.shape[3])
    let cells = maps.shape[2] * columns
    let field = classifier.receptiveField
    var whole: Picture?
    return question.classes.compactMap { classIndex in
      let (best, logit) = maps.withUnsafeBuffer { maps in
        let start = (row * classes + classIndex) * cells
        var best = 0
        for cell in 1..<max(cells, 1) where maps[start + cell] > maps[start + best] { best = cell }
        return (best, maps[start + best])
      }
      guard collection.admits(logit: logit, classIndex: classIndex, image: image, label: label) else {
        return nil
      }
      let picture = whole ?? Picture(pictures.slice(row..<row + 1).reshaped(to: pictures.pictureShape))
      whole = picture
      let (rows, across) = (field.pixels(of: best / columns), field.pixels(of: best % columns))
      return EvidencePatch(
        classIndex: classIndex, image: image, label: label, predicted: predicted, top: rows.lowerBound,
        left: across.lowerBound, logit: logit, side: field.size,
        pixels: picture.cropped(columns: across, rows: rows).bytes)
    }
  }
}

extension Tensor {
  /// The shape of one picture of a batch.
  fileprivate var pictureShape: Shape { Shape(Array(shape.dimensions.dropFirst())) }
}
