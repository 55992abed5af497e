import Adversary
import ArgumentParser
import Datasets
import Models
import Probes

/// `patchwork sticker test`
struct StickerTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Measure a sticker's success on networks, beside both controls.",
    discussion: """
      Success: the top-1 class is the target on pictures of other classes (untargeted: not the true class). \
      Each picture gets the sticker at one place, wholly inside. The target is read from the .json beside the \
      sticker unless given. --limit counts only pictures that are not of the target.

      Example:
        patchwork sticker test --sticker tench/sticker.png \\
          --model resnet50.json --corpus imagenette/val
      """)

  @Option(name: .long, help: "The sticker: a square PNG; its alpha is its outline.")
  var sticker: String

  @OptionGroup var models: ModelOptions
  @OptionGroup var corpus: CorpusOptions

  @Option(name: .long, help: "The class to reach, by identifier or name.")
  var target: String?

  @Flag(name: .long, help: "Count any class but the true one as success.")
  var untargeted = false

  @Option(name: .long, help: "Where the sticker goes: random, a place for each picture drawn from the seed.")
  var positions: Positions = .random

  @Option(name: .long, help: "Picture pixels for each sticker pixel, MIN,MAX.")
  var scale = NumberPair(1, 1)

  @OptionGroup var study: StudyOption
  @OptionGroup var common: CommonOptions

  enum Positions: String, ExpressibleByArgument, CaseIterable {
    case random
  }

  func validate() throws {
    if target != nil, untargeted { throw ValidationError("expected --target or --untargeted, found both") }
    if !(scale.first > 0 && scale.first <= scale.second) {
      throw ValidationError("--scale expects MIN,MAX with 0 < MIN ≤ MAX")
    }
  }

  func run() throws {
    let loaded = try StickerFile.read(sticker)
    let card = try StickerFile.card(besides: sticker)
    guard untargeted || target != nil || card != nil else { throw ProbeError.noTarget(sticker: sticker) }
    let testing = StickerTesting(
      sticker: loaded, stickerPath: sticker, target: untargeted ? nil : target ?? card?.target,
      folder: try ImageFolder(path: corpus.corpus), limit: corpus.limit,
      sampler: PlacementSampler(scale: scale.first...scale.second),
      recorder: Recorder(study: try study.open(), common: common))
    let results = try models.load().map(testing.test)
    if common.json { return try Output.json(["models": results.map(StickerDocument.init)]) }
    try results.printTable()
  }
}
