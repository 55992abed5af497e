import Adversary
import Models
import Tensors

extension StickerProbe {
  /// What `placeMap` asks, for the study.
  public func placeQuestion(stride: Int, scale: Double = 1) -> PlaceQuestion {
    let size = sticker.visibleSize(scale: scale)
    return PlaceQuestion(stride: stride, width: size.width, height: size.height)
  }

  /// Asks about every picture that counts, with the sticker and both controls at every place of a grid.
  ///
  /// - Parameters:
  ///   - images: with labels in the network's own numbering, all of one size.
  ///   - stride: pixels between neighbouring places.
  ///   - scale: picture pixels for each sticker pixel.
  ///   - earlier: an interrupted run's result; its pictures are not asked again.
  ///   - commit: called with each picture's answers; throwing ends the run.
  ///   - searching: called with the places done of a picture and in all, both controls' included, before the network
  ///     is first asked with 0 done; throwing ends the run.
  /// - Throws: `ProbeError`; `AdversaryError.stickerLargerThanImage`, `.imagesShape` for several sizes,
  ///   `.noImages` and `.noReadableImages` where none counts; what the pictures, the network or `commit` throw.
  public func placeMap(
    on images: any ImageSource, stride: Int, scale: Double = 1, after earlier: PlaceResult? = nil,
    workers: Workers, commit: (ProbeBatch<PlaceAnswer>) throws -> Void = { _ in },
    searching: (_ places: Int, _ allPlaces: Int) throws -> Void = { _, _ in }
  ) throws -> PlaceResult {
    let search = PlaceSearch(classifier: classifier, target: target, stride: stride, scale: scale)
    let criterion: Criterion = target.map { .targeted($0) } ?? .untargeted
    let counted = CountedPictures(of: images, by: criterion)
    guard counted.count > 0 else {
      throw AdversaryError.noImages(found: images.count, ofTarget: images.count)
    }
    var grid = earlier?.answers.first.map { [$0.columns, $0.sticker.count] }
    let answered = Dictionary((earlier?.answers ?? []).map { ($0.image, $0) }) { first, _ in first }
    let (answers, skipped) = try BatchedRun(batchSize: 1)(
      over: counted, answered: answered, skipped: earlier?.skipped ?? [], commit: commit
    ) { indices, pictures in
      try indices.enumerated().map { row, index in
        let answer = try answer(
          pictures.slice(row..<row + 1), index: counted.places[index], images: images, search, workers,
          searching)
        let own = [answer.columns, answer.sticker.count]
        guard own == grid ?? own else {
          throw AdversaryError.imagesShape(found: "pictures of several sizes, for which there is no one map")
        }
        grid = own
        return answer
      }
    }
    if answers.isEmpty, let first = skipped.first {
      throw AdversaryError.noReadableImages(count: skipped.count, reason: first.reason)
    }
    return PlaceResult(
      model: classifier.card.name, target: target, question: placeQuestion(stride: stride, scale: scale),
      answers: answers, skipped: skipped)
  }

  private func answer(
    _ picture: Tensor, index: Int, images: any ImageSource, _ search: PlaceSearch, _ workers: Workers,
    _ searching: (Int, Int) throws -> Void
  ) throws -> PlaceAnswer {
    let (name, label) = (images.name(at: index), images.label(at: index))
    let clean = try classifier.cleanImages(of: picture, on: workers)
    let stickers = [sticker, noise(for: index), photographs[index % photographs.count]]
    let answers = try stickers.enumerated().map { turn, sticker in
      try search.answers(
        with: sticker, on: picture, label: label, clean: clean[0], name: name, workers: workers
      ) { try searching(turn * $1 + $0, stickers.count * $1) }
    }
    let logits = try classifier.checkedLogits(
      of: ChangedImages(unchanged: picture, clean: clean), on: workers
    ) { _ in name }
    return PlaceAnswer(
      image: name, label: label, clean: Predictions.top1(of: logits)[0], columns: answers[0].grid.columns,
      sticker: answers[0].predictions, noise: answers[1].predictions, photo: answers[2].predictions)
  }
}

/// The pictures of a source on which an attack can succeed.
private struct CountedPictures: ImageSource {
  let source: any ImageSource
  /// Their places in the source.
  let places: [Int]

  init(of source: any ImageSource, by criterion: Criterion) {
    self.source = source
    places = (0..<source.count).filter { criterion.counts(label: source.label(at: $0)) }
  }

  var count: Int { places.count }
  func name(at index: Int) -> String { source.name(at: places[index]) }
  func label(at index: Int) -> Int { source.label(at: places[index]) }
  func images(at indices: [Int]) throws -> Tensor { try source.images(at: indices.map { places[$0] }) }
}
