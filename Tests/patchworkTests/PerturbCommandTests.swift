import Foundation
import Probes
import Studies
import Testing

extension CommandLineTests {
  /// `patchwork perturb` on made pictures.
  @Suite struct Perturb {
    @Test func measuresACurveForEveryNetwork() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addModel("resnet18", card: "res.json")
      try workspace.addCorpus(count: 4)
      try workspace.add("corpus/red/words.png", "these are words\n")
      let document = try await workspace.json(
        "perturb --attack apgd-ce --epsilon 64/255 1/255 --steps 10 --model bag.json res.json --corpus corpus "
          + "--study study.sqlite --quiet")
      document.expectWellKept()
      let models = try document.list("models")
      #expect(try models.map { try $0.text("name") } == ["tiny-bagnet9", "tiny-resnet18"])
      for model in models {
        #expect(try model.integer("n") == 12 && model.integer("skipped") == 1)
        let curve = try model.list("curve")
        let epsilons = try curve.map { try 255 * $0.number("epsilon") }
        #expect(zip(epsilons, [1, 64]).allSatisfy { abs($0 - $1) < 1e-9 } && epsilons.count == 2)
        let left = try curve.map { try $0.number("robust_accuracy") }
        #expect(left[0] >= left[1])
        #expect(try left[1] == model.number("robust_accuracy"))
        #expect(try model.number("clean_accuracy") >= left[0])
        if !model.isNull("max_norm") { #expect(try model.number("max_norm") <= 64.0 / 255 + 1e-6) }
        #expect(model["warnings"] is [String])
      }
      let results = try Study(reading: workspace.path("study.sqlite")).results(PerturbationResult.self)
      #expect(results.map(\.model) == ["tiny-bagnet9", "tiny-bagnet9", "tiny-resnet18", "tiny-resnet18"])
      let budgets = [1.0 / 255, 64.0 / 255]
      #expect(results.map(\.question.epsilon) == budgets + budgets)
      #expect(try results[1].robustCorrect() == models[0].list("curve")[1].integer("robust_correct"))
    }

    @Test func findsTheSmallestChangesInOneRun() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 2)
      let document = try await workspace.json(
        "perturb --attack deepfool --norm l2 --epsilon 0 0.5 100 --model bag.json --corpus corpus --quiet")
      let model = try document.list("models")[0]
      let left = try model.list("curve").map { try $0.number("robust_accuracy") }
      #expect(try left[0] == model.number("clean_accuracy") && left[0] >= left[1] && left[1] >= left[2])
      #expect(try model.number("median_norm") > 0)
      let text = try await workspace.succeed(
        "perturb --attack deepfool --norm l2 --model bag.json --corpus corpus --quiet")
      #expect(text.stdout.contains("median length") && text.stdout.contains("deepfool, L2"))
    }

    @Test(arguments: ["uap --rounds 1", "uap-gradient --steps 4 --batch 4"])
    func learnsOneChangeForAllPictures(_ attack: String) async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 6)
      let line =
        "perturb --attack \(attack) --epsilon 40/255 --model bag.json --corpus corpus --quiet --seed 3"
      let document = try await workspace.json(line)
      let point = try document.list("models")[0].list("curve")[0]
      #expect(try (0...1).contains(point.number("fooling")))
      let again = try await workspace.json(line + " --threads 1")
      #expect(again.text == document.text)
    }

    @Test func aTargetIsReachedByName() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 2)
      let document = try await workspace.json(
        "perturb --attack pgd --epsilon 1 --step-size 0.1 --target red --model bag.json --corpus corpus --quiet"
      )
      let point = try document.list("models")[0].list("curve")[0]
      #expect(try point.number("success") > 0)
    }

    @Test func sameSeedGivesTheSameBytesOnAnyNumberOfThreads() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 3)
      let line =
        "perturb --attack standard --epsilon 8/255 --steps 5 --queries 20 --model bag.json --corpus corpus --quiet "
        + "--seed 5 --json --threads "
      let (one, three) = (try await workspace.succeed(line + "1"), try await workspace.succeed(line + "3"))
      #expect(one.stdout == three.stdout)
      let document = try JSONDocument(one.stdout)
      // Three classes leave no fourth logit, and two others to try.
      let warnings = try #require(document.list("models")[0]["warnings"] as? [String])
      #expect(
        warnings.contains { $0.contains("fourth logit") } && warnings.contains { $0.contains("instead of 9") }
      )
    }

    @Test func aKilledRunLosesNoAnswerAndEndsWithTheSame() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addSlowCorpus(count: 160, side: 600)
      let line =
        "perturb --attack pgd --steps 3 --epsilon 2/255 --model bag.json --corpus corpus --study killed.sqlite --json"
      try await checkResumption(line, workspace)
    }

    /// Kills a run over 160 pictures and gives the command again.
    private func checkResumption(_ line: String, _ workspace: Workspace) async throws {
      try await workspace.checkResumption(line, after: 32, of: 160)
      let (first, second) = (
        try Study(reading: workspace.path("killed.sqlite")).results(PerturbationResult.self),
        try Study(reading: workspace.path("whole.sqlite")).results(PerturbationResult.self)
      )
      #expect(first == second && first[0].count == 160)
    }

    // MARK: Stickers

    @Test(arguments: ["patch-pgd --steps 8 --places 2", "lavan --steps 20", "patch-rs --queries 60"])
    func stickersForEachPictureGiveACurveOverTheirSide(_ attack: String) async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addModel("resnet18", card: "res.json")
      try workspace.addCorpus(count: 2)
      let line =
        "perturb --attack \(attack) --side 12 4 --model bag.json res.json --corpus corpus --seed 4 --quiet"
      let document = try await workspace.json(line + " --study study.sqlite")
      document.expectWellKept()
      for model in try document.list("models") {
        #expect(model.isNull("norm") && model.isNull("max_norm") && model.isNull("median_norm"))
        let curve = try model.list("curve")
        #expect(try curve.map { try $0.integer("side") } == [4, 12])
        #expect(try curve.allSatisfy { try $0.isNull("epsilon") && (0...1).contains($0.number("area")) })
        let left = try curve.map { try $0.number("robust_accuracy") }
        #expect(try left[1] == model.number("robust_accuracy"))
        #expect(try left.allSatisfy { try $0 <= model.number("clean_accuracy") })
        #expect(model["warnings"] is [String])
      }
      let results = try Study(reading: workspace.path("study.sqlite")).results(PerturbationResult.self)
      #expect(results.map(\.question.side) == [4, 12, 4, 12])
      for answer in results.flatMap(\.answers) {
        #expect((answer.place == nil) == (answer.clean != answer.label))
      }
      #expect(results.flatMap(\.answers).contains { $0.place?.side == 12 })
      let again = try await workspace.json(line + " --threads 1")
      #expect(again.text == document.text)
    }

    @Test func aShareOfThePictureIsASideAndTheTableSaysBoth() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 2)
      let line =
        "perturb --attack patch-pgd --steps 2 --model bag.json --corpus corpus --study s.sqlite --quiet"
      let table = try await workspace.succeed(line + " --area 0.25")
      let side = try #require(
        try Study(reading: workspace.path("s.sqlite")).results(PerturbationResult.self).first?.question.side)
      // The nearest whole side to half of 41 pixels, and the share that it really covers.
      let share = Double(side * side) / (41 * 41)
      #expect(abs(share - 0.25) < 0.02)
      #expect(
        table.stdout.contains("patch-pgd, stickers")
          && table.stdout.contains("side \(side) px (\(String(format: "%.1f", 100 * share)) %)"))
      let same = try await workspace.json(line + " --side \(side)")
      let point = try same.list("models")[0].list("curve")[0]
      #expect(try abs(point.number("area") - share) < 1e-9)
      let shown = try await workspace.succeed("study show s.sqlite")
      #expect(shown.stdout.contains("attack patch-pgd, side \(side), corpus"))
      try await workspace.succeed("study export s.sqlite --csv --out tables")
      let text = String(decoding: try workspace.data("tables/perturbations.csv"), as: UTF8.self)
      #expect(text.contains(",\(side)\n") || text.contains(",\(side)\r\n"))
    }

    @Test func aKilledRunOfStickersEndsWithTheSame() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addSlowCorpus(count: 160, side: 600)
      let line =
        "perturb --attack patch-rs --queries 8 --side 6 --model bag.json --corpus corpus --study killed.sqlite --json"
      try await checkResumption(line, workspace)
    }
  }
}
