import ArgumentParser
import Files
import Foundation
import Models
import Probes
import Studies

/// `patchwork sticker transfer`
struct StickerTransferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer",
    abstract: "Measure which stickers fool which networks: one made on each, tested on all.",
    discussion: """
      Makes a sticker on each network as 'sticker make' does, in a folder of its own under --out, and tests every \
      sticker on every network: rows are the networks that a sticker was made on, columns those that it was tested on. \
      The controls, noise and photographs of the same size, are the same for every row. The same command given again \
      goes on after an interruption.

      Example:
        patchwork sticker transfer --target cat --side 32 --steps 200 \\
          --model bagnet9/silhouettes resnet50/silhouettes vgg16/silhouettes \\
          --corpus silhouettes:congruent,count=1600,seed=5 \\
          --out transfer --study study.sqlite
      """)

  @OptionGroup var size: StickerSizeOptions

  @Option(name: .long, help: "The folder for the stickers, a folder each.")
  var out: String

  @OptionGroup var making: StickerMakingOptions

  func run() throws {
    let start = ContinuousClock.now
    let models = try making.models.load()
    let production = try StickerProduction(making)
    var products: [StickerProduction.Product] = []
    var rows: [(madeOn: String, sticker: String, results: [StickerResult])] = []
    for model in models {
      let side = try size.side(for: making.attack, imageSide: model.card.preprocessing.centerCrop)
      let product = try production.make(
        on: [model], side: side,
        to: (out as NSString).appendingPathComponent("made-on-\(fileName(model.card.name))"))
      products.append(product)
      rows.append(
        (product.madeOn, product.path, try production.test(product, on: models, sweep: .transfer)))
    }
    for product in products { product.making.finish() }
    if making.common.json {
      return try Output.json(
        Document(
          seconds: (ContinuousClock.now - start).inSeconds, split: production.split.rule,
          transfer: rows.map {
            RowDocument(madeOn: $0.madeOn, sticker: $0.sticker, models: $0.results.documents(of: models))
          }))
    }
    var table = Table(["made on \\ tested on"] + models.map(\.card.name))
    for row in rows {
      table.add([row.madeOn] + row.results.map { percent($0.successes, of: $0.counted.count) })
    }
    if let first = rows.first {
      table.add(
        ["control: noise"] + first.results.map { percent($0.noiseSuccesses, of: $0.counted.count) })
      table.add(
        ["control: photo"] + first.results.map { percent($0.photoSuccesses, of: $0.counted.count) })
    }
    try Output.table(table)
  }

  private struct Document: Encodable {
    let seconds: Double
    let split: String
    let transfer: [RowDocument]
  }

  private struct RowDocument: Encodable {
    let madeOn: String
    let sticker: String
    let models: [StickerDocument]
  }
}
