import ArgumentParser

/// What the command line may say instead of a recipe.
struct RecipeOverrides: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("One or more networks, instead of the recipe's.", valueName: "model"))
  var model: [String] = []

  @Option(name: .long, help: "A corpus, instead of the recipe's.")
  var corpus: String?

  @OptionGroup var limit: LimitOption

  @Option(
    name: .long, help: "Steps of the attack, instead of the recipe's.", transform: WholeNumber.atLeast(1))
  var steps: Int?

  @Option(
    name: .long,
    help: "Where what is made goes (default: a folder of the recipe's name); of several, a folder each in it."
  )
  var out: String?

  @OptionGroup var study: StudyOption

  /// Whether nothing was given.
  var areEmpty: Bool {
    model.isEmpty && corpus == nil && limit.limit == nil && steps == nil && out == nil && study.study == nil
  }

  /// What decides the answers.
  func deciding(_ common: CommonOptions) -> [RecipeOptions.Override] {
    var overrides: [RecipeOptions.Override] = []
    func add(_ name: String, _ value: (some CustomStringConvertible)?) {
      if let value { overrides.append(.init(name: name, values: [value.description])) }
    }
    if !model.isEmpty { overrides.append(.init(name: "model", values: model)) }
    add("corpus", corpus)
    add("limit", limit.limit)
    add("steps", steps)
    add("seed", common.givenSeed)
    return overrides
  }

  /// What decides how the answers are kept and told.
  func telling(_ common: CommonOptions) -> [RecipeOptions.Override] {
    var overrides: [RecipeOptions.Override] = []
    if let study = study.study { overrides.append(.init(name: "study", values: [study])) }
    if let threads = common.threads { overrides.append(.init(name: "threads", values: ["\(threads)"])) }
    if common.quiet { overrides.append(.init(name: "quiet")) }
    return overrides
  }
}
