import Adversary
import Files
import Foundation
import Imaging
import Models
import Probes
import Testing

@testable import patchwork

/// The files in `Attacks/`.
@Suite("Attack recipes")
struct AttackRecipeTests {
  private static let folder = CommandRun.packageFolder.appendingPathComponent("Attacks").path

  /// The recipes' names by the files at the top of the repository.
  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(".yaml".count)) }.sorted()

  /// The stickers that stand beside their recipes.
  private static let stickers: [String] = names.filter {
    FileManager.default.fileExists(atPath: "\(folder)/\($0).png")
  }

  @Test func theProgramFindsEveryRecipe() {
    #expect(AttackRecipes.names == Self.names)
    #expect(Self.names.count >= 20)
  }

  @Test(arguments: names)
  func saysWhatItDoesWhoseItIsAndWhatWasMeasured(name: String) throws {
    let recipe = try AttackRecipes.load(name)
    #expect(recipe.name == name)
    #expect(recipe.summary.hasSuffix(".") && recipe.summary.count <= 120, "\(recipe.summary)")
    #expect(!recipe.papers.isEmpty)
    for paper in recipe.papers {
      #expect(paper.arxiv.value.map { $0.contains(/^\d{4}\.\d{4,5}$/) } ?? true, "\(paper.text)")
    }
    // Numbers, and the network they belong to.
    let expected = try #require(recipe.expected)
    #expect(expected.contains(/\d %/) && expected.contains(/pictures/), "\(expected)")
    #expect(throws: Never.self) {
      try recipe.options.parse(as: recipe.command, replacing: Self.place(recipe))
    }
  }

  @Test(arguments: PerturbationCatalogue.all.map(\.name))
  func everyAttackHasARecipeThatNamesItsPaper(attack: String) throws {
    let entry = try #require(PerturbationCatalogue.named(attack))
    let recipes = try Self.names.map(AttackRecipes.load).filter { Self.attack(of: $0) == attack }
    #expect(!recipes.isEmpty, "no recipe in Attacks/ for \(attack)")
    for recipe in recipes {
      let named = recipe.papers.contains { $0.arxiv.value.map(entry.source.contains) ?? false }
      #expect(named, "\(recipe.name) does not name \(entry.source)")
    }
  }

  @Test func someRecipesHaveTheirStickersBesideThem() {
    #expect(Self.stickers.count >= 2)
  }

  @Test(arguments: stickers)
  func aStickersCardTellsOfItsRecipeAsItStands(name: String) throws {
    let path = "\(Self.folder)/\(name).png"
    let card = try #require(try StickerFile.card(besides: path))
    let recipe = try #require(card.recipe)
    #expect(recipe.name == name && recipe.overrides == nil)
    #expect(
      recipe.sha256 == SHA256.hexadecimal(of: try FileBytes.read("\(Self.folder)/\(name).yaml")),
      "the recipe was changed after the sticker was made")
    #expect(card.sticker == "\(name).png")
    #expect(try StickerFile.read(path).side == card.side)
    for network in card.models {
      let weights = try FileBytes.read(try #require(ModelZoo.path(of: network.name)))
      #expect(SHA256.hexadecimal(of: weights) == network.weightsSha256)
    }
    let measured = try #require(card.measured)
    #expect(measured.map(\.model) == card.models.map(\.name))
    for measurement in measured {
      let interval = try #require(measurement.successInterval)
      let (success, noise, photo) = try (
        #require(measurement.success), #require(measurement.controlNoise), #require(measurement.controlPhoto)
      )
      #expect(measurement.n >= 100 && interval.count == 2)
      #expect(interval[0] <= success && success <= interval[1])
      #expect(interval[0] > max(noise, photo), "\(name) does not stand clear of its controls")
    }
  }

  /// The attack on small changes that a recipe asks for; nil for a sticker's.
  static func attack(of recipe: AttackRecipe) -> String? {
    for entry in recipe.options.entries where entry.name == "attack" {
      if case .text(let name) = entry.value { return name }
    }
    return nil
  }

  /// Somewhere to write to, for a command that must.
  private static func place(_ recipe: AttackRecipe) -> [RecipeOptions.Override] {
    recipe.command.needsFolder ? [.init(name: "out", values: ["out"])] : []
  }
}

extension CommandLineTests {
  /// Every recipe on a few pictures and in a few steps.
  @Suite struct EveryRecipe {
    @Test(arguments: AttackRecipeTests.names)
    func runs(name: String) async throws {
      let workspace = try Workspace()
      let recipe = try AttackRecipes.load(name)
      let attack = AttackRecipeTests.attack(of: recipe).flatMap(PerturbationCatalogue.named)
      let takesSteps = attack?.settings.contains(.steps) ?? recipe.command.needsFolder
      let document = try await workspace.json(
        "run \(name) --quiet --limit 2" + (takesSteps ? " --steps 2" : ""))
      document.expectWellKept()
      let answer = try #require(try document.list("recipes").first)
      #expect(try answer.text("recipe") == name && answer.text("command") == recipe.command.title)
      #expect(try answer.text("recipe_sha256") == recipe.digest)
      let result = try #require(answer["result"] as? [String: Any])
      let models = try result.list("models")
      #expect(!models.isEmpty)
      for model in models { #expect(try model.integer("n") >= 1) }
      let written = workspace.listing().keys.sorted()
      #expect(
        written == (recipe.command.needsFolder ? ["\(name)/sticker.json", "\(name)/sticker.png"] : []))
    }

    @Test func theShippedStickerFoolsItsNetworkMoreThanItsControls() async throws {
      let workspace = try Workspace()
      let sticker = CommandRun.packageFolder.appendingPathComponent("Attacks/brown-2017.png").path
      let document = try await workspace.json(
        "sticker test --sticker \(sticker) --model resnet50/silhouettes --limit 40 --quiet "
          + "--corpus silhouettes:congruent,count=48,seed=7")
      let model = try document.list("models")[0]
      let success = try model.number("success")
      #expect(try success > 0.3 && success > model.number("control_noise") + 0.2)
      #expect(try success > model.number("control_photo") + 0.2)
    }
  }
}
