import ArgumentParser
import Probes

/// `patchwork train`
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a network by a recipe.",
    discussion: """
      A recipe is a YAML file of names and values; 'kind' says what is trained. Paths are as on the command line, \
      relative to the folder it is given in. The network is written as a self-describing .safetensors when all is \
      done.

      kind network: any architecture, by stochastic gradient descent. The whole state is kept after every epoch in \
      OUT.training.safetensors; the same command given again goes on from there and ends with the same bytes. \
      OUT.training.jsonl is the log, a line an epoch. Names, with what stands where one is left out:

      \(NetworkRecipe.explanation)

      kind bag-of-features: dense patches, a vocabulary of visual words by k-means, a linear decision on each \
      picture's histogram of words; an interrupted run leaves no file. Names:

        kind: bag-of-features
        corpus: imagenette/train        # class folders; needed, here or by --corpus
        out: bag-of-features.safetensors  # needed, here or by --out
        name, class_names, source, licence, corpus_name, preprocessing as above
        patch: 8                        # a patch's side in pixels; patches lie half of it apart
        components: 64                  # patterns that describe a patch
        words: 1024                     # visual words
        samples: 80000                  # patches the vocabulary is learnt from
        iterations: 15                  # steps of k-means
        contrast: 0.15                  # deviation of a weak patch, in normalised pixels
        softness: 0.1                   # added to variances in whitening
        sharpness: 0.3                  # of soft assignment; a list: chosen on held-back training pictures
        penalty: [0.01, 0.03, 0.1]      # on squared weights; a list: chosen likewise
        seed: 0                         # or --seed

      Example:
        patchwork train Training/bagnet17-imagenette.yaml --corpus imagenette/train \\
          --validation imagenette/val --out bagnet17.safetensors
      """)

  @Argument(help: "The recipe: a YAML file.")
  var recipe: String

  @OptionGroup var training: TrainingOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    var table = try RecipeTable(contentsOf: recipe)
    let expected = TrainingKind.catalogue.map(\.name).joined(separator: " or ")
    let name = try table.requiredText("kind", expected)
    guard let kind = TrainingKind.catalogue.first(where: { $0.name == name }) else {
      throw table.refuse("kind", expected: expected, found: "'\(name)'")
    }
    let prepared = try kind.prepare(&table, training, common)
    try table.finish()
    try prepared.run()
  }
}

/// What of a recipe the command line may say instead.
struct TrainingOptions: ParsableArguments {
  @Option(name: .long, help: "A folder of class folders, instead of the recipe's corpus.")
  var corpus: String?

  @Option(name: .long, help: "A folder of class folders to measure on, instead of the recipe's validation.")
  var validation: String?

  @Option(name: .long, help: "The .safetensors file to write, instead of the recipe's out.")
  var out: String?

  @OptionGroup var limit: LimitOption
}

/// A kind of training that a recipe can ask for; a new one is one file and one line here.
struct TrainingKind: Sendable {
  /// What stands under `kind` in the recipe.
  let name: String
  /// Takes the recipe's values and checks them; nothing is read or written yet.
  let prepare: @Sendable (inout RecipeTable, TrainingOptions, CommonOptions) throws -> any PreparedTraining

  static let catalogue = [TrainingKind.network, TrainingKind.bagOfFeatures]
}

/// A training whose recipe has been read and found good.
protocol PreparedTraining {
  /// Trains, writes the network and says what came of it.
  func run() throws
}
