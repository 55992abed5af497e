import ArgumentParser
import Probes

/// `patchwork run`
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run attack recipes, by name or from a file; alone, list those there are.",
    discussion: """
      A recipe is a YAML file:

        summary: What it does, in a sentence.
        papers: [{authors: Brown et al., year: 2017, arxiv: 1712.09665}]   # may be left out
        expected: What was measured, in words.                             # may be left out
        command: sticker make      # \(RecipeCommands.catalogue.map { $0.title }.joined(separator: ", "))
        options:                   # of that command, by their long names
          model: [resnet50/silhouettes, alexnet/silhouettes]
          corpus: silhouettes:congruent,count=400,seed=100
          untargeted: true
          side: 32

      Every option of the command can stand there but --out, --study, --json, --threads and --quiet, which are given \
      here. 'true' sets a flag, a list stands for several values. A value that begins with ./ or ../ is a path from \
      the recipe's folder; any other is as on the command line. What is given here takes the place of what the recipe \
      says. With --json the answer is a list, with each command's own document as 'result'.

      Examples:
        patchwork run
        patchwork run brown-2017 --out brown
        patchwork run fgsm pgd-linf --model bagnet17.json --corpus imagenette/val --limit 100
      """)

  @Argument(help: "Recipes: names, or YAML files.")
  var recipe: [String] = []

  @OptionGroup var overrides: RecipeOverrides
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if recipe.isEmpty, !overrides.areEmpty {
      throw ValidationError(
        "--model, --corpus, --limit, --steps, --out and --study expect a recipe, found none")
    }
  }

  func run() throws {
    if recipe.isEmpty { return try list() }
    let runs = try RecipeRun.prepare(recipe, overrides, common)
    var documents: [Document] = []
    for run in runs {
      let recipe = run.recipe
      if !common.quiet { Output.note(describe(recipe)) }
      let answer = try run.answer()
      documents.append(
        Document(
          recipe: recipe.name, recipeSha256: recipe.digest, command: recipe.command.title,
          expected: Nullable(recipe.expected), result: answer.document))
      if common.json { continue }
      if runs.count > 1 { try Output.line("\(recipe.name):") }
      try answer.show()
      if let expected = recipe.expected, !common.quiet { Output.note("expected: \(inOneLine(expected))") }
    }
    if common.json { try Output.json(["recipes": documents]) }
  }

  private func list() throws {
    let recipes = try AttackRecipes.names.map(AttackRecipes.load)
    if common.json { return try Output.json(["recipes": recipes.map(Listed.init)]) }
    let width = recipes.map(\.name.count).max() ?? 0
    for recipe in recipes {
      let padding = String(repeating: " ", count: width - recipe.name.count)
      try Output.line("\(recipe.name)\(padding)  \(inOneLine(recipe.summary))")
    }
    if recipes.isEmpty, !common.quiet { Output.note("no recipes are installed beside the program") }
  }

  private func describe(_ recipe: AttackRecipe) -> String {
    let papers = recipe.papers.map(\.text).joined(separator: "; ")
    return "\(recipe.name): \(inOneLine(recipe.summary))" + (papers.isEmpty ? "" : " (\(papers))")
  }

  private func inOneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// What is said of a recipe in the list.
  private struct Listed: Encodable {
    let name: String
    let summary: String
    let papers: [AttackRecipe.Paper]
    let expected: Nullable<String>
    let command: String

    init(_ recipe: AttackRecipe) {
      name = recipe.name
      summary = recipe.summary
      papers = recipe.papers
      expected = Nullable(recipe.expected)
      command = recipe.command.title
    }
  }

  /// What is said of a recipe that ran.
  private struct Document: Encodable {
    let recipe, recipeSha256, command: String
    let expected: Nullable<String>
    let result: any Encodable

    enum CodingKeys: CodingKey { case recipe, recipeSha256, command, expected, result }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(recipe, forKey: .recipe)
      try container.encode(recipeSha256, forKey: .recipeSha256)
      try container.encode(command, forKey: .command)
      try container.encode(expected, forKey: .expected)
      try container.encode(result, forKey: .result)
    }
  }
}
