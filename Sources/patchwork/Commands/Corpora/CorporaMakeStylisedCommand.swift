import ArgumentParser
import Datasets
import Distortions
import Silhouettes

/// `patchwork corpora make stylised`
struct CorporaMakeStylisedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stylised",
    abstract: "Give every picture of a corpus the texture of a picture drawn from others.",
    discussion: """
      Pictures keep their class folders and names, as in Stylized-ImageNet (Geirhos et al. 2019), with any method of \
      'corpora make cue-conflict'. The same command given again goes on after an interruption, to the same bytes.

      Example:
        patchwork corpora make stylised --pictures photographs --textures paintings --out stylised --method quilting
      """)

  @Option(name: .long, help: "A folder of class folders, or a drawn corpus, whose pictures give the shapes.")
  var pictures: String

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Pictures, or folders of pictures, that give the textures.", valueName: "path"))
  var textures: [String]

  @OptionGroup var limit: LimitOption
  @OptionGroup var making: CueMakingOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    let plan = try StylisedPlan(
      pictures: try ImageFolder(named: pictures), textures: try PictureList(textures), limit: limit.limit,
      seed: common.seed)
    let run = CueMakingRun(options: making, common: common)
    try run.make(
      plan.making, with: try making.loadModel(),
      sources: ["kind": "stylised", "shapes": pictures, "textures": textures.joined(separator: " ")],
      categories: [:])
  }
}
