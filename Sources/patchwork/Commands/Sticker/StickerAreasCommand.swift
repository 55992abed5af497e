import ArgumentParser
import Foundation
import Models
import Probes
import Studies

/// `patchwork sticker areas`
struct StickerAreasCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "areas",
    abstract: "Measure success against the area: a sticker of each size, beside both controls.",
    discussion: """
      Makes a sticker for each area as 'sticker make' does, in a folder of its own under --out, and tests each on the \
      same pictures at places drawn from the same seed. The report draws the curve. The same command given again goes \
      on after an interruption.

      Example:
        patchwork sticker areas --model bagnet17/silhouettes --target cat \\
          --corpus silhouettes:congruent,count=1600,seed=5 --steps 200 \\
          --out areas --study study.sqlite
      """)

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Shares of the picture's area, each between 0 and 1.", valueName: "share"))
  var areas = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2]

  @Option(name: .long, help: "The folder for the stickers, a folder each.")
  var out: String

  @OptionGroup var making: StickerMakingOptions

  func validate() throws {
    if let wrong = areas.first(where: { !($0 > 0 && $0 < 1) }) {
      throw ValidationError("--areas expects shares between 0 and 1, found \(wrong)")
    }
    if areas.isEmpty || Set(areas).count < areas.count {
      throw ValidationError("--areas expects at least one share, each once")
    }
  }

  func run() throws {
    let start = ContinuousClock.now
    let models = try making.models.load()
    let production = try StickerProduction(making)
    var products: [StickerProduction.Product] = []
    var points: [Point] = []
    for area in areas.sorted() {
      let side = try making.attack.side(area: area, imageSide: models[0].card.preprocessing.centerCrop)
      let product = try production.make(
        on: models, side: side, to: (out as NSString).appendingPathComponent("area-\(area)"))
      products.append(product)
      points.append(
        Point(
          area: area, side: side, sticker: product.path,
          results: try production.test(product, on: models, sweep: .areas, area: area)))
    }
    for product in products { product.making.finish() }
    if making.common.json {
      return try Output.json(
        Document(
          seconds: (ContinuousClock.now - start).inSeconds, split: production.split.rule,
          areas: points.map { $0.document(models) }))
    }
    try Output.table(table(points))
  }

  /// One area.
  private struct Point {
    let area: Double
    let side: Int
    let sticker: String
    let results: [StickerResult]

    func document(_ models: [LoadedModel]) -> PointDocument {
      PointDocument(area: area, side: side, sticker: sticker, models: results.documents(of: models))
    }
  }

  private func table(_ points: [Point]) -> Table {
    var table = Table(["network", "area", "side", "images", "success", "95 % interval", "noise", "photo"])
    for (place, model) in (points.first?.results ?? []).enumerated() {
      for point in points {
        let result = point.results[place]
        table.add(
          [model.model, format("%.3g %%", 100 * point.area), "\(point.side)"] + result.successColumns)
      }
    }
    return table
  }

  private struct Document: Encodable {
    let seconds: Double
    let split: String
    let areas: [PointDocument]
  }

  private struct PointDocument: Encodable {
    let area: Double
    let side: Int
    let sticker: String
    let models: [StickerDocument]
  }
}
