import ArgumentParser
import Foundation
import Models
import Probes

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

  @OptionGroup var size: StickerSizeOptions

  @Option(name: .long, help: "The folder to write sticker.png and sticker.json to.")
  var out: String

  @OptionGroup var making: StickerMakingOptions

  func run() throws { try answer(to: nil).print(json: making.common.json) }

  func answer(to recipe: StickerCard.Recipe?) throws -> CommandAnswer {
    let start = ContinuousClock.now
    let models = try making.models.load()
    let production = try StickerProduction(making)
    let side = try size.side(for: making.attack, imageSide: models[0].card.preprocessing.centerCrop)
    let product = try production.make(on: models, side: side, to: out, recipe: recipe)
    let makingSeconds = (ContinuousClock.now - start).inSeconds
    let results = try production.test(product, on: models)
    product.making.finish()
    let seconds = (ContinuousClock.now - start).inSeconds
    let document = Document(
      sticker: product.path, seconds: seconds, makingSeconds: makingSeconds, steps: product.plan.steps,
      side: side,
      split: production.split.rule, models: results.documents(of: models))
    return CommandAnswer(document: document) {
      try results.printTable()
      try Output.line(
        "\(product.path): \(product.plan.steps) steps in \(Progress.duration(makingSeconds)), "
          + "with the test \(Progress.duration(seconds)), \(production.split.rule)"
      )
    }
  }

  private struct Document: Encodable {
    let sticker: String
    /// Of all, the networks' loading and the test included.
    let seconds: Double
    /// Until the sticker was written, the networks' loading included.
    let makingSeconds: Double
    let steps: Int
    let side: Int
    let split: String
    let models: [StickerDocument]
  }
}
