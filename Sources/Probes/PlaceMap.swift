import Adversary
import Models
import Tensors

extension StickerProbe {
  /// Asks about every picture that counts, with the sticker and both controls at every place of a grid.
  ///
  /// - Parameters:
  ///   - images: with labels in the network's own numbering, all of one size.
  ///   - stride: pixels between neighbouring places.
  ///   - scale: picture pixels for each sticker pixel.
  ///   - progress: called with the pictures done and the places done of the next and in all, both controls'
  ///     included, before the network is first asked with 0 done; throwing ends the run.
  /// - Throws: `ProbeError`; `AdversaryError.stickerLargerThanImage`, `.imagesShape` for several sizes,
  ///   `.noImages` and `.noReadableImages` where none counts; what the pictures or the network throw.
  public func placeMap(
    on images: any ImageSource, stride: Int, scale: Double = 1, workers: Workers,
    progress: (_ pictures: Int, _ places: Int, _ allPlaces: Int) throws -> Void = { _, _, _ in }
  ) throws -> PlaceResult {
    let search = PlaceSearch(classifier: classifier, target: target, stride: stride, scale: scale)
    let criterion: Criterion = target.map { .targeted($0) } ?? .untargeted
    var result = PlaceResult(model: classifier.card.name, target: target, stride: stride)
    var size: Shape?
    for index in 0..<images.count where criterion.counts(label: images.label(at: index)) {
      let loaded = try images.load([index])
      let (name, label) = (images.name(at: index), images.label(at: index))
      result.skipped += loaded.refusals.map { SkippedImage(image: name, reason: $0.reason) }
      guard let picture = loaded.images else { continue }
      guard size == nil || size == picture.shape else {
        throw AdversaryError.imagesShape(found: "pictures of several sizes, for which there is no one map")
      }
      size = picture.shape
      let clean = try classifier.cleanImages(of: picture, on: workers)
      let stickers = [sticker, noise(for: index), photographs[index % photographs.count]]
      let answers = try stickers.enumerated().map { turn, sticker in
        try search.answers(
          with: sticker, on: picture, label: label, clean: clean[0], name: name, workers: workers
        ) { try progress(result.images, turn * $1 + $0, stickers.count * $1) }
      }
      let logits = try classifier.checkedLogits(
        of: ChangedImages(unchanged: picture, clean: clean), on: workers
      ) { _ in name }
      if result.images == 0 {
        let grid = answers[0].grid
        result = PlaceResult(
          model: result.model, target: target, stride: stride, rows: grid.rows, columns: grid.columns,
          skipped: result.skipped)
      }
      result.images += 1
      result.cleanCorrect += Predictions.top1(of: logits)[0] == label ? 1 : 0
      result.stickerCorrect += answers[0].predictions.count { $0 == label }
      for place in result.successes.indices {
        func success(_ control: Int) -> Int {
          criterion.isMet(by: answers[control].predictions[place], label: label) ? 1 : 0
        }
        result.successes[place] += success(0)
        result.noiseSuccesses[place] += success(1)
        result.photoSuccesses[place] += success(2)
      }
    }
    guard result.images > 0 else {
      guard let first = result.skipped.first else {
        throw AdversaryError.noImages(found: images.count, ofTarget: images.count)
      }
      throw AdversaryError.noReadableImages(count: result.skipped.count, reason: first.reason)
    }
    return result
  }
}
