import Adversary
import ArgumentParser
import Datasets
import Files
import Foundation
import Models
import Probes
import Tensors

/// `patchwork sticker make`
struct StickerMakeCommand: ParsableCommand, RecipeCommand {
  static let words = ["sticker", "make"]
  static let needsFolder = true

  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Optimise a universal sticker and test it against both controls.",
    discussion: """
      Writes sticker.png (RGBA) and sticker.json. A corpus with 'train' and 'val' inside is used so; otherwise \
      every tenth picture of each class is held back for the test, or --test-corpus names another corpus. The \
      sticker is judged as read back from its PNG, at random places, beside a noise sticker and photographs of \
      the target of the same size at the same places. Of a BagNet only the cells that see the sticker are \
      computed anew; what it says of clean pictures is kept, up to 1 GiB. Where the run stands is kept beside the \
      sticker: the same command given again goes on after an interruption, to the same bytes.

      Example:
        patchwork sticker make --model bagnet17.json --corpus imagenette \\
          --target tench --side 20 --steps 200 --out tench
      """)

  @OptionGroup var models: ModelOptions
  @OptionGroup var corpus: CorpusOptions
  @OptionGroup var attack: StickerAttackOptions

  @Option(name: .long, help: "A corpus of its own for the test.")
  var testCorpus: String?

  @Option(name: .long, help: "The folder to write sticker.png and sticker.json to.")
  var out: String

  @OptionGroup var study: StudyOption
  @OptionGroup var common: CommonOptions

  func run() throws { try answer(to: nil).print(json: common.json) }

  func answer(to recipe: StickerCard.Recipe?) throws -> CommandAnswer {
    let start = ContinuousClock.now
    let models = try self.models.load()
    let first = models[0].card
    for other in models.dropFirst() where !other.card.preprocessing.preparesAlike(first.preprocessing) {
      throw ProbeError.differentPreparation(first: first.name, second: other.card.name)
    }
    let split = try CorpusSplit(path: corpus.corpus, testing: testCorpus)
    let target = try attack.target.map { try first.requireIndex(ofClass: $0) }
    let side = try attack.side(imageSide: first.preprocessing.centerCrop)
    let plan = try attack.plan(side: side, target: target, seed: common.seed)
    let path = (out as NSString).appendingPathComponent("sticker.png")
    var card = attack.card(
      plan, target: target.map { (first.classes[$0], first.displayName(ofClass: $0)) },
      models: try models.map {
        StickerCard.Network(name: $0.card.name, weightsSha256: try $0.record().weightsSHA256)
      }, corpus: corpus.corpus, split: split.rule, recipe: recipe)
    let making = try AtomicFile.withFolder(out) {
      let making = try StickerMaking(
        plan, card: card, models: models, split: split, limit: corpus.limit, path: path, common: common)
      try StickerFile.write(try making.sticker(), card: card, to: path)
      return making
    }
    let sticker = try StickerFile.read(path)
    let testing = StickerTesting(
      sticker: sticker, stickerPath: path, target: card.target, folder: split.testing,
      limit: corpus.limit, positions: .random(PlacementSampler()),
      recorder: Recorder(study: try study.open(), common: common))
    let results = try models.map(testing.test)
    card.measured = results.map(StickerCard.Measurement.init)
    try StickerFile.write(sticker, card: card, to: path)
    making.finish()
    let seconds = (ContinuousClock.now - start).inSeconds
    let document = Document(
      sticker: path, seconds: seconds, steps: plan.steps, side: side, split: split.rule,
      models: results.map(StickerDocument.init))
    return CommandAnswer(document: document) {
      try results.printTable()
      try Output.line("\(path): \(plan.steps) steps, \(Progress.duration(seconds)), \(split.rule)")
    }
  }

  private struct Document: Encodable {
    let sticker: String
    let seconds: Double
    let steps: Int
    let side: Int
    let split: String
    let models: [StickerDocument]
  }
}
