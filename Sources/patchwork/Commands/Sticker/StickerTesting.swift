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
  /// Pictures shown before and after.
  static let galleryCount = 6

  let sticker: Sticker
  /// The sticker's file, for the study.
  let stickerPath: String
  /// The target by identifier or name; nil when untargeted.
  let target: String?
  let folder: ImageFolder
  let limit: LimitOption
  let sampler: PlacementSampler
  let recorder: Recorder

  private var common: CommonOptions { recorder.common }

  /// The result on one network.
  ///
  /// - Throws: `AdversaryError.unknownClass` when the network does not have the target.
  func test(_ model: LoadedModel) throws -> StickerResult {
    let workers = common.workers
    let index = try target.map { try model.card.requireIndex(ofClass: $0) }
    let images = try CorpusImages(
      folder, for: model.card, limit: limit.limit, sparing: index, workers: workers)
    images.reportUnmatched(for: model.card, quiet: common.quiet)
    let everything = try CorpusImages(folder, for: model.card, workers: workers)
    let photographs = try everything.photographs(
      ofClass: index, side: sticker.side, count: StickerTesting.photographCount
    ).map { try Sticker(colours: $0, mask: .square) }
    let probe = try StickerProbe(
      classifier: model.classifier, sticker: sticker, photographs: photographs, target: index,
      positions: .random(sampler), seed: common.seed, batchSize: model.batchSize)
    let progress = Progress(
      "\(model.card.name): test", unit: "images", total: images.count, isQuiet: common.quiet)
    let (result, run) = try recorder.record(
      try recorder.description(
        .sticker, model: try model.record(), target: index,
        options: [
          "corpus": folder.path, "limit": limit.text, "sticker": stickerPath, "positions": "random",
          "scale": "\(sampler.scale.lowerBound)…\(sampler.scale.upperBound)", "sticker_sha256": digest,
        ])
    ) { earlier, skipped, commit in
      try probe.run(
        on: images,
        after: StickerResult(model: model.card.name, target: index, answers: earlier, skipped: skipped),
        workers: workers
      ) { batch in
        try commit(batch)
        progress.update(batch.done)
      }
    }
    progress.finish()
    result.skipped.report(quiet: common.quiet)
    if let run {
      try addPictures(to: run, result: result, model: model, images: images, photographs: probe.photographs)
    }
    return result
  }

  private var digest: String { SHA256.hexadecimal(of: sticker.rgbaBytes) }

  private func addPictures(
    to run: Run, result: StickerResult, model: LoadedModel, images: CorpusImages, photographs: [Sticker]
  ) throws {
    let card = model.card
    let index = result.target
    var generator = SeededGenerator(seed: common.seed)
    func artifact(_ role: Artifact.Role, _ name: String, _ caption: String, _ picture: Picture) throws
      -> Artifact
    {
      Artifact(
        role: role, name: name, caption: caption,
        picture: try EncodedPicture(try picture.pngData(), name: name))
    }
    var artifacts = [
      try artifact(
        .sticker, "sticker.png", index.map { "aims at \(card.displayName(ofClass: $0))" } ?? "untargeted",
        StickerFile.picture(of: sticker)),
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
      of: result, sticker: sticker, images: images, count: StickerTesting.galleryCount,
      workers: common.workers)
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

/// What the sticker commands say of one network.
struct StickerDocument: Encodable {
  let name: String
  /// Pictures whose true class is not the target.
  let n: Int
  let success: Nullable<Double>
  let successInterval: Nullable<[Double]>
  let controlNoise: Nullable<Double>
  let controlPhoto: Nullable<Double>
  /// Pictures of every class, the target's included unless a limit is set.
  let nAll: Int
  let cleanTop1: Nullable<Double>
  let stickerTop1: Nullable<Double>
  let skipped: Int

  init(_ result: StickerResult) {
    let counted = result.counted.count
    let all = result.answers.count
    func share(_ part: Int, of whole: Int) -> Nullable<Double> {
      Nullable(whole == 0 ? nil : Double(part) / Double(whole))
    }
    name = result.model
    n = counted
    success = share(result.successes, of: counted)
    successInterval = Nullable(
      WilsonInterval(successes: result.successes, of: counted).map { [$0.lower, $0.upper] })
    controlNoise = share(result.noiseSuccesses, of: counted)
    controlPhoto = share(result.photoSuccesses, of: counted)
    nAll = all
    cleanTop1 = share(result.cleanCorrect, of: all)
    stickerTop1 = share(result.stickerCorrect, of: all)
    skipped = result.skipped.count
  }
}

extension [StickerResult] {
  /// The results as a table for people.
  func printTable() throws {
    var table = Table([
      "network", "images", "success", "95 % interval", "noise", "photo", "top-1 clean", "with sticker",
    ])
    for result in self {
      let n = result.counted.count
      let interval = WilsonInterval(successes: result.successes, of: n)
      table.add([
        result.model, "\(n)", percent(result.successes, of: n),
        interval.map { format("%.1f…%.1f %%", 100 * $0.lower, 100 * $0.upper) } ?? "–",
        percent(result.noiseSuccesses, of: n), percent(result.photoSuccesses, of: n),
        percent(result.cleanCorrect, of: result.answers.count),
        percent(result.stickerCorrect, of: result.answers.count),
      ])
    }
    try Output.table(table)
  }
}
