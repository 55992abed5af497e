import Adversary
import ArgumentParser
import Datasets
import Imaging
import Models
import Probes
import Silhouettes

/// `patchwork sticker test`
struct StickerTestCommand: ParsableCommand, RecipeCommand {
  static let words = ["sticker", "test"]

  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Measure a sticker's success on networks, beside both controls.",
    discussion: """
      Success: the top-1 class is the target on pictures of other classes (untargeted: not the true class). \
      Each picture gets the sticker wholly inside, at one random place; with --positions worst at the place, \
      of those --position-stride pixels apart, where the target's lead is greatest, the controls at the same \
      place; with --positions all at every such place, the controls too, and success is the share over \
      pictures and places. BagNets compute only what the sticker touches; other networks take a full pass a \
      place. The target is read from the .json beside the sticker unless given. --limit counts only pictures \
      that are not of the target.

      Examples:
        patchwork sticker test --sticker tench/sticker.png \\
          --model resnet50.json --corpus imagenette/val
        patchwork sticker test --sticker tench/sticker.png --model bagnet17.json \\
          --corpus imagenette/val --limit 50 --positions all --out places.png --study study.sqlite
      """)

  @Option(name: .long, help: "The sticker: a square PNG; its alpha is its outline.")
  var sticker: String

  @OptionGroup var models: ModelOptions
  @OptionGroup var corpus: CorpusOptions

  @Option(name: .long, help: "The class to reach, by identifier or name.")
  var target: String?

  @Flag(name: .long, help: "Count any class but the true one as success.")
  var untargeted = false

  @Option(
    name: .long, help: "Where the sticker goes: a place for each picture drawn from the seed, or searched.")
  var positions: Positions = .random

  @Option(
    name: .long, help: "With --positions worst or all: pixels between neighbouring places (default: 8).",
    transform: WholeNumber.atLeast(1))
  var positionStride: Int?

  @Option(name: .long, help: "With --positions all and one network: a PNG of the success by place.")
  var out: String?

  @Option(name: .long, help: "Picture pixels for each sticker pixel, MIN,MAX.")
  var scale = NumberPair(1, 1)

  @OptionGroup var study: StudyOption
  @OptionGroup var common: CommonOptions

  enum Positions: String, ExpressibleByArgument, CaseIterable {
    case random, worst, all
  }

  func validate() throws {
    if target != nil, untargeted { throw ValidationError("expected --target or --untargeted, found both") }
    if !(scale.first > 0 && scale.first <= scale.second) {
      throw ValidationError("--scale expects MIN,MAX with 0 < MIN ≤ MAX")
    }
    if positions != .random, scale.first != scale.second {
      throw ValidationError(
        "--positions \(positions.rawValue) expects one --scale, such as 1,1, found a range")
    }
    if positionStride != nil, positions == .random {
      throw ValidationError("--position-stride expects --positions worst or all, found random places")
    }
    if out != nil, positions != .all || models.model.count > 1 {
      throw ValidationError("--out expects --positions all and one network")
    }
  }

  func run() throws { try answer(to: nil).print(json: common.json) }

  func answer(to recipe: StickerCard.Recipe?) throws -> CommandAnswer {
    let read = try StickerFile.read(sticker)
    let card = try StickerFile.card(besides: sticker)
    guard untargeted || target != nil || card != nil else { throw ProbeError.noTarget(sticker: sticker) }
    let testing = StickerTesting(
      sticker: read, stickerPath: sticker, target: untargeted ? nil : target ?? card?.target,
      folder: try ImageFolder(named: corpus.corpus), limit: corpus.limit,
      positions: positions == .worst
        ? .worst(stride: positionStride ?? 8, scale: scale.first)
        : .random(PlacementSampler(scale: scale.first...scale.second)),
      recorder: Recorder(study: try study.open(), common: common))
    if positions == .all { return try mapPlaces(testing) }
    let loaded = try models.load()
    let results = try loaded.map(testing.test)
    return CommandAnswer(document: ["models": results.documents(of: loaded)]) { try results.printTable() }
  }

  private func mapPlaces(_ testing: StickerTesting) throws -> CommandAnswer {
    let loaded = try models.load()
    let results = try loaded.map {
      try testing.mapPlaces($0, stride: positionStride ?? 8, scale: scale.first)
    }
    if let out, let result = results.first {
      try Picture(PlaceRendering().pixels(of: result)).enlarged.writePNG(to: out)
    }
    let documents = zip(results, loaded).map { result, model in
      PlaceDocument(result, className: model.card.displayName(ofClass:))
    }
    return CommandAnswer(document: ["models": documents]) {
      try results.printTable()
      if let out { try Output.line(out) }
    }
  }
}
