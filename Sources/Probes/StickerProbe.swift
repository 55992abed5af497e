import Adversary
import Models
import Tensors

/// What a sticker does to a network's answers, beside two controls of the same size on the same pictures at
/// the same places: random noise, and photographs of the target class.
public struct StickerProbe: Sendable {
  /// Where the sticker goes.
  public enum Positions: Sendable, Hashable {
    /// A place for each picture, drawn from the probe's seed.
    case random(PlacementSampler)
    /// The same place on every picture.
    case fixed(StickerPlacement)
    /// On each picture the place of a grid with that stride at which the target's margin is greatest (see
    /// `PlaceSearch`); the controls lie at the same place.
    case worst(stride: Int, scale: Double)
  }

  public let classifier: any Classifier
  /// Judged as given: pass it as read back from its PNG, or `Sticker.quantised()`.
  public let sticker: Sticker
  /// Photographs for the control, taken in turn, under the sticker's outline.
  public let photographs: [Sticker]
  /// The index of the target class in the network's own numbering; nil when untargeted.
  public let target: Int?
  public let positions: Positions
  /// Decides places and noise: picture n's come from their own stream, whatever was asked before.
  public let seed: UInt64
  /// Pictures the network sees at once.
  public let batchSize: Int

  /// - Throws: `ModelError.classOutOfRange`, `.noControlPhotographs`, `.controlSide`.
  public init(
    classifier: any Classifier, sticker: Sticker, photographs: [Sticker], target: Int?,
    positions: Positions = .random(PlacementSampler()), seed: UInt64 = 0, batchSize: Int = 16
  ) throws {
    if let target { try classifier.requireClass(target) }
    guard !photographs.isEmpty else { throw ProbeError.noControlPhotographs }
    if let other = photographs.first(where: { $0.side != sticker.side }) {
      throw ProbeError.controlSide(expected: sticker.side, found: other.side)
    }
    self.classifier = classifier
    self.sticker = sticker
    self.photographs = try photographs.map { try $0.outlined(like: sticker) }
    self.target = target
    self.positions = positions
    self.seed = seed
    self.batchSize = batchSize
  }

  /// Asks about every picture clean, with the sticker and with both controls.
  ///
  /// - Parameters:
  ///   - images: with labels in the network's own numbering.
  ///   - earlier: an interrupted run's result; its pictures are not asked again.
  ///   - commit: called with each batch's answers; throwing ends the run.
  ///   - searching: called while places are searched with those done and in all on one picture; throwing ends
  ///     the run.
  /// - Throws: `ProbeError`, `AdversaryError.stickerLargerThanImage`, and what the pictures, the network or
  ///   `commit` throw.
  public func run(
    on images: any ImageSource, after earlier: StickerResult? = nil, workers: Workers,
    commit: (ProbeBatch<StickerAnswer>) throws -> Void = { _ in },
    searching: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> StickerResult {
    let answered = Dictionary(
      (earlier?.answers ?? []).map { ($0.image, $0) }, uniquingKeysWith: { first, _ in first })
    let (answers, skipped) = try BatchedRun(batchSize: batchSize)(
      over: images, answered: answered, skipped: earlier?.skipped ?? [], commit: commit
    ) { indices, pictures in
      try ask(pictures, indices: indices, images: images, workers: workers, searching: searching)
    }
    return StickerResult(
      model: classifier.card.name, target: target, answers: answers, skipped: skipped)
  }

  private func ask(
    _ pictures: Tensor, indices: [Int], images: any ImageSource, workers: Workers,
    searching: (Int, Int) throws -> Void
  ) throws -> [StickerAnswer] {
    let kept = try classifier.cleanImages(of: pictures, on: workers)
    let placements = try indices.enumerated().map { row, index in
      if case .worst(let stride, let scale) = positions {
        let search = PlaceSearch(
          classifier: classifier, target: target, stride: stride, scale: scale)
        let found = try search.answers(
          with: sticker, on: pictures.slice(row..<row + 1), label: images.label(at: index),
          clean: kept[row], name: images.name(at: index), workers: workers, progress: searching)
        return found.grid.placement(found.worst)
      }
      return try placement(of: index, height: pictures.shape[2], width: pictures.shape[3])
    }
    let transformation = StickerTransformation(placements: placements)
    // Every control has the sticker's outline, and so its rectangles.
    let rectangles = transformation.rectangles(
      of: sticker, height: pictures.shape[2], width: pictures.shape[3])
    func predictions(_ changed: ChangedImages) throws -> [Int] {
      Predictions.top1(
        of: try classifier.checkedLogits(of: changed, on: workers) { images.name(at: indices[$0]) })
    }
    func predictions(with stickers: [Sticker]) throws -> [Int] {
      let stuck = try transformation.place(stickers, on: pictures, workers: workers)
      return try predictions(ChangedImages(stuck, rectangles: rectangles, clean: kept))
    }
    let clean = try predictions(ChangedImages(unchanged: pictures, clean: kept))
    let stuck = try predictions(with: Array(repeating: sticker, count: indices.count))
    let noise = try predictions(with: indices.map(noise(for:)))
    let photo = try predictions(with: indices.map { photographs[$0 % photographs.count] })
    return indices.indices.map { row in
      StickerAnswer(
        image: images.name(at: indices[row]), label: images.label(at: indices[row]), clean: clean[row],
        x: placements[row].x, y: placements[row].y, scale: placements[row].scale, sticker: stuck[row],
        noise: noise[row], photo: photo[row])
    }
  }

  /// Where the sticker lies on picture `index` when that is known without asking the network.
  private func placement(of index: Int, height: Int, width: Int) throws -> StickerPlacement {
    switch positions {
    case .random(let sampler):
      var generator = Streams.placements.generator(seed: seed, item: index)
      return try sampler.placement(
        of: sticker, imageHeight: height, imageWidth: width, using: &generator)
    case .fixed(let placement):
      guard placement.isInside(sticker, imageHeight: height, imageWidth: width) else {
        throw ProbeError.placementOutside(
          x: placement.x, y: placement.y, imageWidth: width, imageHeight: height)
      }
      return placement
    case .worst: preconditionFailure("the worst place is searched")
    }
  }

  /// The noise control of picture `index`.
  func noise(for index: Int) -> Sticker {
    var generator = Streams.noise.generator(seed: seed, item: index)
    return sticker.noise(using: &generator)
  }
}
