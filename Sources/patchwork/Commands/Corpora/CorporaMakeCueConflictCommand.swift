import ArgumentParser
import Datasets
import Distortions
import Models
import Silhouettes

/// `patchwork corpora make cue-conflict`
struct CorporaMakeCueConflictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cue-conflict",
    abstract: "Make cue-conflict stimuli: the shape of one of your pictures in the texture of another.",
    discussion: """
      Pictures are paired across categories by --seed and written as SHAPE/SHAPE1-TEXTURE2.png, the names that \
      texture-bias and the published analysis read; numbers are places in the sorted folders. The methods: gatys, \
      style transfer on the features of any network (Gatys et al. 2016), as the published stimuli were made; \
      silhouette-fill, the object's outline filled with the texture; phase-swap, the shape's Fourier phase with the \
      texture's amplitudes; quilting, blocks of the texture that follow the shape's lightness (Efros & Freeman 2001). \
      The same command given again goes on after an interruption, to the same bytes; a greater --count adds pictures. \
      made.json in the folder says how they were made, and categories.csv, where folders have other names than \
      their categories, is a mapping for texture-bias.

      Examples:
        patchwork corpora make cue-conflict --shapes photographs --textures textures --out stimuli --sheet stimuli.png
        patchwork corpora make cue-conflict --method quilting --shapes silhouettes:shape-only,count=160 \\
          --textures silhouettes:texture-only,count=160 --out quilted
      """)

  @Option(
    name: .long, help: "A folder of category folders, whose pictures give the shapes; or a drawn corpus.")
  var shapes: String

  @Option(
    name: .long, help: "A folder of category folders, whose pictures give the textures; or a drawn corpus.")
  var textures: String

  @Option(
    name: .long, help: "Pictures in all (default: one for each pair of categories).",
    transform: WholeNumber.atLeast(1))
  var count: Int?

  @Option(
    name: .long,
    help: """
      A CSV file with the columns class and category, for folders that are not named after their categories; those \
      it does not list are left out. Without it, class identifiers that the network or ImageNet knows are understood.
      """)
  var mapping: String?

  @OptionGroup var making: CueMakingOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    let (shapes, textures) = (try ImageFolder(named: self.shapes), try ImageFolder(named: self.textures))
    let model = try making.loadModel()
    let plan = try CueConflictPlan(
      shapes: shapes, textures: textures,
      categories: try CueCategories(mappingFile: mapping, names: model?.card.namesByClass ?? [:]),
      count: count,
      seed: common.seed)
    let run = CueMakingRun(options: making, common: common)
    try run.make(
      plan.making, with: model,
      sources: ["kind": "cue-conflict", "shapes": self.shapes, "textures": self.textures],
      categories: plan.renamed)
  }
}

extension ModelCard {
  /// The readable name of each class that has one.
  var namesByClass: [String: String] {
    Dictionary(zip(classes, classNames)) { first, _ in first }
  }
}
