import Adversary
import Files
import Foundation
import Models
import Probes
import Studies

/// Makes stickers and tests each: what `sticker make`, `sticker areas` and `sticker transfer` have in common.
struct StickerProduction {
  let options: StickerMakingOptions
  let split: CorpusSplit
  private let recorder: Recorder

  private var common: CommonOptions { options.common }

  init(_ options: StickerMakingOptions) throws {
    self.options = options
    split = try CorpusSplit(path: options.corpus.corpus, testing: options.testCorpus)
    recorder = Recorder(study: try options.study.open(), common: options.common)
  }

  /// A sticker that has been made.
  struct Product {
    let path: String
    let plan: UniversalSticker
    let card: StickerCard
    /// The names of the networks that it was made on.
    let madeOn: String
    /// The share of the first network's pictures that it covers; nil where their size is open.
    let area: Double?
    /// Where the run stands, until all that it is part of is done.
    let making: StickerMaking
  }

  /// Makes one sticker, or goes on with one.
  ///
  /// - Parameters:
  ///   - models: it is to fool all of them; they must see pictures alike.
  ///   - folder: where sticker.png and sticker.json go.
  ///   - recipe: the recipe that asks for it; nil for a command line.
  func make(
    on models: [LoadedModel], side: Int, to folder: String, recipe: StickerCard.Recipe? = nil
  ) throws -> Product {
    let first = models[0].card
    for other in models.dropFirst() where !other.card.preprocessing.preparesAlike(first.preprocessing) {
      throw ProbeError.differentPreparation(first: first.name, second: other.card.name)
    }
    let attack = options.attack
    let target = try attack.target.map { try first.requireIndex(ofClass: $0) }
    let plan = try attack.plan(side: side, target: target, seed: common.seed)
    let path = (folder as NSString).appendingPathComponent("sticker.png")
    let card = attack.card(
      plan, target: target.map { (first.classes[$0], first.displayName(ofClass: $0)) },
      models: try models.map {
        StickerCard.Network(name: $0.card.name, weightsSha256: try $0.record().weightsSHA256)
      }, corpus: options.corpus.corpus, split: split.rule, recipe: recipe)
    let making = try AtomicFile.withFolder(folder) {
      let making = try StickerMaking(
        plan, card: card, models: models, split: split, limit: options.corpus.limit, path: path,
        common: common)
      try StickerFile.write(try making.sticker(), card: card, to: path)
      return making
    }
    let alpha = try StickerFile.read(path).alpha.elements
    return Product(
      path: path, plan: plan, card: card, madeOn: models.map(\.card.name).joined(separator: " + "),
      area: first.preprocessing.centerCrop.map { Double(alpha.reduce(0, +)) / Double($0 * $0) },
      making: making)
  }

  /// Tests a sticker as it was written, at random places, beside both controls, and adds to its card what came out.
  ///
  /// - Parameters:
  ///   - sweep: the sweep that it is one of, for the study.
  ///   - area: the share of the picture as it was asked for, for the study.
  func test(
    _ product: Product, on models: [LoadedModel], sweep: StickerSweep? = nil, area: Double? = nil
  ) throws -> [StickerResult] {
    let sticker = try StickerFile.read(product.path)
    var testing = StickerTesting(
      sticker: sticker, stickerPath: product.path, target: product.card.target,
      folder: split.testing, limit: options.corpus.limit, positions: .random(PlacementSampler()),
      recorder: recorder)
    if let sweep {
      testing.further = [
        RunDescription.sweepOption: sweep.rawValue, RunDescription.madeOnOption: product.madeOn,
        RunDescription.areaOption: "\(area ?? product.area ?? 1)",
      ]
    }
    let results = try models.map(testing.test)
    var card = product.card
    card.measured = results.map(StickerCard.Measurement.init)
    try StickerFile.write(sticker, card: card, to: product.path)
    return results
  }
}
