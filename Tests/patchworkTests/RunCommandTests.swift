import Foundation
import Probes
import Testing

@testable import patchwork

extension CommandLineTests {
  /// `patchwork run` on recipes of the user's own, and the list.
  @Suite struct RunCommands {
    private static let small = """
      summary: A small change.
      command: perturb
      options:
        attack: pgd
        epsilon: [8/255, 16/255]
        steps: 3
        model: bag.json
        corpus: corpus

      """

    private static let sticker = """
      summary: A red sticker.
      papers: [{authors: Brown et al., year: 2017, arxiv: 1712.09665}]
      expected: Not much.
      command: sticker make
      options:
        model: bag.json
        corpus: corpus
        target: red
        side: 18
        mask: circle
        scale: 0.8,1.2
        steps: 6
        seed: 4

      """

    private static func workspace() throws -> Workspace {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 10)
      try workspace.add("small.yaml", small)
      try workspace.add("red.yaml", sticker)
      return workspace
    }

    // MARK: The list

    @Test func aloneItListsTheRecipesWithTheirSentences() async throws {
      let workspace = try Workspace()
      let text = try await workspace.succeed("run")
      let lines = text.stdout.split(separator: "\n")
      let document = try await workspace.json("run")
      document.expectWellKept()
      let recipes = try document.list("recipes")
      #expect(try recipes.map { try $0.text("name") } == AttackRecipes.names)
      #expect(lines.count == recipes.count)
      for (recipe, line) in zip(recipes, lines) {
        #expect(try line.hasPrefix(recipe.text("name")) && line.hasSuffix(recipe.text("summary")))
        #expect(try !recipe.list("papers").isEmpty)
      }
    }

    @Test func anUnknownNameIsAnsweredWithTheNamesThereAre() async throws {
      let workspace = try Workspace()
      try await workspace.expectFailure("run brown", code: 66, says: "'brown'", "brown-2017", "uap-gradient")
      try await workspace.expectFailure("run gone/brown-2017.yaml", code: 66, says: "gone/brown-2017.yaml")
      try await workspace.expectFailure("run ../Attacks/fgsm", code: 66, says: "../Attacks/fgsm")
    }

    // MARK: The same as the plain command

    @Test func aStickerIsThePlainCommandsToTheByte() async throws {
      let workspace = try Self.workspace()
      let document = try await workspace.json("run red.yaml")
      let plain = try await workspace.json(
        "sticker make --model bag.json --corpus corpus --target red --side 18 --mask circle --scale 0.8,1.2 "
          + "--steps 6 --seed 4 --out plain")
      let answer = try #require(try document.list("recipes").first)
      #expect(try answer.text("expected") == "Not much.")
      let result = try #require(answer["result"] as? [String: Any])
      #expect(try result.text("sticker") == "red/sticker.png")
      #expect(try NSArray(array: result.list("models")) == NSArray(array: plain.list("models")))
      #expect(try workspace.data("red/sticker.png") == workspace.data("plain/sticker.png"))
      var card = try #require(try StickerFile.card(besides: workspace.path("red/sticker.png")))
      let recipe = try RecipeTable(contentsOf: workspace.path("red.yaml"))
      #expect(card.recipe == StickerCard.Recipe(name: "red", sha256: recipe.digest, overrides: nil))
      card.recipe = nil
      #expect(card == (try StickerFile.card(besides: workspace.path("plain/sticker.png"))))
      let measured = try #require(card.measured?.first)
      let model = try plain.list("models")[0]
      #expect(try measured.success == model.number("success") && measured.n == model.integer("n"))
      #expect(try measured.controlNoise == model.number("control_noise"))
      #expect(try measured.controlPhoto == model.number("control_photo"))
    }

    @Test func smallChangesAreThePlainCommands() async throws {
      let workspace = try Self.workspace()
      let document = try await workspace.json("run small.yaml --quiet")
      let plain = try await workspace.json(
        "perturb --attack pgd --epsilon 8/255 16/255 --steps 3 --model bag.json --corpus corpus --quiet")
      let answer = try #require(try document.list("recipes").first)
      #expect(answer.isNull("expected"))
      #expect(
        NSDictionary(dictionary: try #require(answer["result"] as? [String: Any]))
          == NSDictionary(dictionary: plain.root))
      let (told, plainly) = (
        try await workspace.succeed("run small.yaml --quiet"),
        try await workspace.succeed(
          "perturb --attack pgd --epsilon 8/255 16/255 --steps 3 --model bag.json --corpus corpus --quiet")
      )
      #expect(told.stdout == plainly.stdout && told.stderr.isEmpty)
    }

    @Test func itTellsWhatItDoesAndWhatToExpectBesideTheResults() async throws {
      let workspace = try Self.workspace()
      let run = try await workspace.succeed("run red.yaml")
      #expect(run.stderr.contains("red: A red sticker. (Brown et al. 2017, 1712.09665)"))
      #expect(run.stderr.contains("expected: Not much."))
      #expect(run.stdout.contains("tiny-bagnet9") && !run.stdout.contains("Not much"))
    }

    // MARK: What is given instead

    @Test func theCommandLineTakesThePlaceOfWhatTheRecipeSays() async throws {
      let workspace = try Self.workspace()
      try workspace.addModel("resnet18", card: "res.json")
      try workspace.addCorpus("other", count: 5)
      let document = try await workspace.json(
        "run red.yaml --model res.json --corpus other --limit 7 --steps 2 --seed 9 --threads 1 --out made/here "
          + "--study kept.study --quiet")
      let result = try #require(try document.list("recipes")[0]["result"] as? [String: Any])
      #expect(try result.list("models").map { try $0.text("name") } == ["tiny-resnet18"])
      #expect(try result.integer("steps") == 2 && result.text("sticker") == "made/here/sticker.png")
      let card = try #require(try StickerFile.card(besides: workspace.path("made/here/sticker.png")))
      #expect(card.seed == 9 && card.corpus == "other" && card.side == 18)
      #expect(
        card.recipe?.overrides
          == ["--model res.json", "--corpus other", "--limit 7", "--steps 2", "--seed 9"])
      #expect(workspace.exists("kept.study"))
    }

    @Test func aRecipesOwnSeedHoldsUnlessAnotherIsGiven() async throws {
      let workspace = try Self.workspace()
      try await workspace.succeed("run red.yaml --steps 1 --out own")
      try await workspace.succeed("run red.yaml --steps 1 --seed 0 --out other")
      #expect(try StickerFile.card(besides: workspace.path("own/sticker.png"))?.seed == 4)
      #expect(try StickerFile.card(besides: workspace.path("other/sticker.png"))?.seed == 0)
    }

    // MARK: Several

    @Test func severalRunOneAfterTheOtherIntoAFolderEach() async throws {
      let workspace = try Self.workspace()
      try workspace.add("blue.yaml", Self.sticker.replacing("target: red", with: "target: blue"))
      let document = try await workspace.json("run red.yaml blue.yaml --steps 1 --out made --quiet")
      #expect(try document.list("recipes").map { try $0.text("recipe") } == ["red", "blue"])
      #expect(workspace.exists("made/red/sticker.png") && workspace.exists("made/blue/sticker.png"))
      let text = try await workspace.succeed("run small.yaml blue.yaml --steps 1 --quiet")
      let headings = text.stdout.split(separator: "\n").filter { $0.hasSuffix(":") }
      #expect(headings == ["small:", "blue:"])
    }

    @Test func nothingIsDoneWhenOneOfSeveralIsWrong() async throws {
      let workspace = try Self.workspace()
      try workspace.add("wrong.yaml", Self.sticker.replacing("side: 18", with: "side: small"))
      try await workspace.expectFailure(
        "run red.yaml wrong.yaml", code: 65, says: "wrong.yaml:9: ", "'small'")
    }

    // MARK: Paths

    @Test func aPathWithADotLiesBesideTheRecipeAndAnotherIsTheCommandLines() async throws {
      let workspace = try Self.workspace()
      try workspace.addSticker("attacks/start.png", side: 18)
      try workspace.add("colours.csv", "red,green,blue\n255,0,0\n")
      let recipe = Self.sticker + "  start: ./start.png\n  printable: ../colours.csv\n"
      try workspace.add("attacks/near.yaml", recipe)
      try await workspace.succeed("run attacks/near.yaml")
      let card = try #require(try StickerFile.card(besides: workspace.path("near/sticker.png")))
      #expect(card.further?["start"] == "attacks/start.png")
      try workspace.add("attacks/far.yaml", recipe.replacing("./start.png", with: "start.png"))
      try await workspace.expectFailure(
        "run attacks/far.yaml --quiet", code: 66, says: "far: start.png: no such file")
    }
  }
}
