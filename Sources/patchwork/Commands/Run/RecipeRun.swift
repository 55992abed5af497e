import Files
import Probes

/// A recipe that is about to run: its command parsed, with what the command line says instead.
struct RecipeRun {
  let recipe: AttackRecipe
  private let command: any RecipeCommand
  private let origin: StickerCard.Recipe

  /// Reads the recipes and parses their commands; nothing is asked yet.
  ///
  /// - Throws: `RecipeError`, `FileError`, and `CommandError.wrongUse` for overrides that a recipe's command does not
  ///   take and for recipes of one name.
  static func prepare(
    _ references: [String], _ overrides: RecipeOverrides, _ common: CommonOptions
  ) throws -> [RecipeRun] {
    let recipes = try references.map(AttackRecipes.load)
    let names = recipes.map(\.name)
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw CommandError.wrongUse("expected recipes of different names, found '\(twice)' twice")
    }
    return try recipes.map {
      try RecipeRun($0, overrides, common, isAmongOthers: recipes.count > 1)
    }
  }

  private init(
    _ recipe: AttackRecipe, _ overrides: RecipeOverrides, _ common: CommonOptions, isAmongOthers: Bool
  ) throws {
    self.recipe = recipe
    let deciding = overrides.deciding(common)
    var others = overrides.telling(common)
    if let out = overrides.out {
      others.append(.init(name: "out", values: [isAmongOthers ? "\(out)/\(recipe.name)" : out]))
    } else if recipe.command.needsFolder {
      others.append(.init(name: "out", values: [recipe.name]))
    }
    do {
      command = try recipe.options.parse(as: recipe.command, replacing: deciding + others)
    } catch CommandError.wrongUse(let complaint) {
      throw CommandError.wrongUse("\(recipe.name): \(complaint)")
    }
    origin = StickerCard.Recipe(
      name: recipe.name, sha256: recipe.digest,
      overrides: deciding.isEmpty ? nil : deciding.map { $0.arguments.joined(separator: " ") })
  }

  /// Asks.
  ///
  /// - Throws: what the command throws, with the recipe's name before it.
  func answer() throws -> CommandAnswer {
    do {
      return try command.answer(to: origin)
    } catch let error as any ReportableError {
      throw RecipeError.failed(name: recipe.name, reason: error.description, fault: error.fault)
    }
  }
}
