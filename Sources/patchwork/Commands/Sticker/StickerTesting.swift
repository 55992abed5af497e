import Adversary
import Datasets
import Files
import Imaging
import Models
import Probes
import Studies
import Tensors

/// Tests a sticker on networks, with both controls, and records what a report needs. Shared by `sticker make`
/// and `sticker test`.
struct StickerTesting {
  /// Photographs of the target class that the control takes in turn.
  static let photographCount = 8
  /// Pictures shown before and after a sticker; a sweep over areas has many stickers, and shows one with each.
  static func galleryCount(_ sweep: StickerSweep?) -> Int {
    switch sweep {
    case nil: 6
    case .areas: 1
    case .transfer: 0
    }
  }

  let sticker: Sticker
  /// The sticker's file, for the study.
  let stickerPath: String
  /// The target by identifier or name; nil when untargeted.
  let target: String?
  let folder: ImageFolder
  let limit: LimitOption
  let positions: StickerProbe.Positions
  let recorder: Recorder
  /// What else the study is to keep of the test; a sweep's name among it.
  var further: [String: String] = [:]

  private var common: CommonOptions { recorder.common }

  /// The result on one network.
  ///
  /// - Throws: `AdversaryError.unknownClass` when the network does not have the target.
  func test(_ model: LoadedModel) throws -> StickerResult {
    let (images, probe) = try question(to: model)
    let index = probe.target
    let (result, run) = try recorder.probe(
      model, .sticker, target: index, title: "\(model.card.name): test", unit: "images", count: images.count,
      pictures: images,
      options: [
        "corpus": folder.path, "limit": limit.text, "sticker": stickerPath, "sticker_sha256": digest,
      ].merging(positions.described) { $1 }.merging(further) { $1 }, skipped: \StickerResult.skipped
    ) { (earlier: [StickerAnswer], skipped, commit) in
      var cost = SearchCost(
        model: model, pictures: images.count - earlier.count - skipped.count, stickers: 1,
        isQuiet: common.quiet)
      return try probe.run(
        on: images,
        after: StickerResult(model: model.card.name, target: index, answers: earlier, skipped: skipped),
        workers: common.workers, commit: commit,
        searching: { done, places in cost.tell(done: done, places: places) })
    }
    if let run {
      try addPictures(to: run, result: result, model: model, images: images, photographs: probe.photographs)
    }
    return result
  }

  /// The success on one network at every place.
  ///
  /// - Throws: `AdversaryError.unknownClass` when the network does not have the target.
  func mapPlaces(_ model: LoadedModel, stride: Int, scale: Double) throws -> PlaceResult {
    let (images, probe) = try question(to: model)
    let counted = (0..<images.count).count { images.label(at: $0) != probe.target }
    let asked = probe.placeQuestion(stride: stride, scale: scale)
    let (result, run) = try recorder.probe(
      model, .places, target: probe.target, title: "\(model.card.name): places", unit: "images",
      count: counted, pictures: images,
      options: [
        "corpus": folder.path, "limit": limit.text, "sticker": stickerPath, "sticker_sha256": digest,
        RunDescription.questionOption: try RunDescription.option(for: asked),
      ], skipped: \PlaceResult.skipped
    ) { (earlier: [PlaceAnswer], skipped, commit) in
      var cost = SearchCost(
        model: model, pictures: counted - earlier.count - skipped.count, stickers: 3, isQuiet: common.quiet)
      return try probe.placeMap(
        on: images, stride: stride, scale: scale,
        after: PlaceResult(
          model: model.card.name, target: probe.target, question: asked, answers: earlier, skipped: skipped),
        workers: common.workers, commit: commit, searching: { cost.tell(done: $0, places: $1) })
    }
    if let run { try addScene(to: run, result: result, model: model, images: images, probe: probe) }
    return result
  }

  /// The pictures as the network sees them, and what it is asked.
  private func question(to model: LoadedModel) throws -> (CorpusImages, StickerProbe) {
    let workers = common.workers
    let index = try target.map { try model.card.requireIndex(ofClass: $0) }
    let images = try CorpusImages(
      folder, for: model.card, limit: limit.limit, sparing: index, workers: workers)
    images.reportUnmatched(for: model.card, quiet: common.quiet)
    let everything = try CorpusImages(folder, for: model.card, workers: workers)
    let photographs = try everything.photographs(
      ofClass: index, side: sticker.side, count: StickerTesting.photographCount
    ).map { try Sticker(colours: $0, mask: .square) }
    // A search takes long for one picture; then each is committed by itself.
    let probe = try StickerProbe(
      classifier: model.classifier, sticker: sticker, photographs: photographs, target: index,
      positions: positions, seed: common.seed, batchSize: positions.isSearched ? 1 : model.batchSize)
    return (images, probe)
  }

  private var digest: String { SHA256.hexadecimal(of: sticker.rgbaBytes) }

  private func artifact(
    _ role: Artifact.Role, _ name: String, _ caption: String, _ picture: Picture
  ) throws -> Artifact {
    Artifact(
      role: role, name: name, caption: caption,
      picture: try EncodedPicture(try picture.pngData(), name: name))
  }

  private func artifact(ofStickerFor target: Int?, of card: ModelCard) throws -> Artifact {
    try artifact(
      .sticker, "sticker.png", target.map { "aims at \(card.displayName(ofClass: $0))" } ?? "untargeted",
      StickerFile.picture(of: sticker))
  }

  /// The sticker, and the first picture asked about, for a map to be drawn over.
  private func addScene(
    to run: Run, result: PlaceResult, model: LoadedModel, images: CorpusImages, probe: StickerProbe
  ) throws {
    guard let first = result.answers.first,
      let index = (0..<images.count).first(where: { images.name(at: $0) == first.image })
    else { return }
    let scene = try images.images(at: [index])
    try recorder.study?.append(
      [
        try artifact(ofStickerFor: result.target, of: model.card),
        try artifact(
          .scene, first.image, model.card.displayName(ofClass: first.clean),
          Picture(scene.reshaped(to: Shape(Array(scene.shape.dimensions.dropFirst()))))),
      ], to: run)
  }

  private func addPictures(
    to run: Run, result: StickerResult, model: LoadedModel, images: CorpusImages, photographs: [Sticker]
  ) throws {
    let card = model.card
    let index = result.target
    var generator = SeededGenerator(seed: common.seed)
    var artifacts = [
      try artifact(ofStickerFor: index, of: card),
      try artifact(
        .noiseControl, "noise.png", "drawn anew for each picture",
        StickerFile.picture(of: sticker.noise(using: &generator))),
    ]
    if let photograph = photographs.first {
      artifacts.append(
        try artifact(
          .photoControl, "photo.png", "the first of \(photographs.count) used in turn",
          StickerFile.picture(of: photograph)))
    }
    let gallery = try StickerGallery.entries(
      of: result, sticker: sticker, images: images,
      count: StickerTesting.galleryCount(run.description.sweep), workers: common.workers)
    for entry in gallery {
      let answer = entry.answer
      artifacts.append(
        try artifact(
          .before, answer.image, card.displayName(ofClass: answer.clean), Picture(entry.before)))
      artifacts.append(
        try artifact(
          .after, answer.image, card.displayName(ofClass: answer.sticker), Picture(entry.after)))
    }
    try recorder.study?.append(artifacts, to: run)
  }
}

extension StickerProbe.Positions {
  /// Whether each picture's place takes a search.
  fileprivate var isSearched: Bool {
    if case .worst = self { true } else { false }
  }

  /// For the study.
  fileprivate var described: [String: String] {
    switch self {
    case .random(let sampler):
      ["positions": "random", "scale": "\(sampler.scale.lowerBound)…\(sampler.scale.upperBound)"]
    case .worst(let stride, let scale):
      ["positions": "worst", "position_stride": "\(stride)", "scale": "\(scale)…\(scale)"]
    case .fixed(let place): ["positions": "\(place.x),\(place.y)", "scale": "\(place.scale)…\(place.scale)"]
    }
  }
}
