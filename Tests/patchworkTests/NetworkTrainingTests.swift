import Files
import Foundation
import Models
import Probes
import Tensors
import Testing
import Training

extension CommandLineTests {
  /// `train` with a recipe of kind `network`.
  @Suite struct NetworkTraining {
    static let recipe = """
      kind: network
      architecture: bagnet9
      width: 4
      corpus: corpus
      validation: held-back
      out: net.safetensors
      name: tiny
      dtype: fp16
      class_names: {blue: blau}
      preprocessing:
        resize_shorter_side: 44
        center_crop: 41
      epochs: 4
      batch: 8
      seed: 3
      schedule:
        kind: one-cycle
        learning_rate: 0.02
      optimiser: {weight_decay: 0.0005}
      label_smoothing: 0.05
      augmentation:
        resize: 46
        crop: random
        brightness: 0.1
      average: {decay: 0.9}

      """

    static func workspace() throws -> Workspace {
      let workspace = try Workspace()
      try workspace.add("net.yaml", recipe)
      try workspace.addCorpus("corpus", count: 14)
      try workspace.addCorpus("held-back", count: 6, first: 40)
      return workspace
    }

    @Test func aTrainedNetworkDescribesItselfAndIsTakenByOtherCommands() async throws {
      let workspace = try Self.workspace()
      // A BagNet of width 4 learns these pictures or not, by the processor's rounding; a ResNet always does.
      try workspace.add(
        "net.yaml",
        Self.recipe.replacing("epochs: 4", with: "epochs: 16")
          .replacing("architecture: bagnet9", with: "architecture: resnet18"))
      let trained = try await workspace.json("train net.yaml --quiet")
      trained.expectWellKept()
      #expect(trained["kind"] as? String == "network" && trained["architecture"] as? String == "resnet18")
      #expect(try trained.root.integer("pictures") == 42 && trained.root.integer("validation_pictures") == 18)
      #expect(try trained.root.integer("epochs") == 16 && trained.root.integer("steps") == 80)
      #expect(try trained.number("top1") > 0.8 && trained.number("training_top1") > 0.8)
      #expect(try trained.root.integer("seed") == 3 && trained.root.integer("resumed_epochs") == 0)
      let digest = SHA256.hexadecimal(of: try workspace.data("net.yaml"))
      #expect(try trained.root.text("recipe_sha256") == digest)
      let shown = try await workspace.json("models show net.safetensors")
      let card = try #require(shown["card"] as? [String: Any])
      #expect(try card.text("recipe_sha256") == digest && card.integer("seed") == 3)
      #expect(try card.number("top1") == trained.number("top1"))
      #expect(card["class_names"] as? [String] == ["blau", "green", "red"])
      #expect(try card.text("source").contains("resnet18 of width 4"))
      let inspected = try await workspace.json("weights inspect net.safetensors")
      #expect(try inspected.list("tensors").allSatisfy { $0["dtype"] as? String == "F16" })
      // The card says what `evaluate` finds.
      let evaluated = try await workspace.json("evaluate --model net.safetensors --corpus held-back --quiet")
      #expect(try evaluated.list("models")[0].number("top1") == trained.number("top1"))
      let lines = String(decoding: try workspace.data("net.training.jsonl"), as: UTF8.self)
        .split(separator: "\n")
      #expect(lines.count == 16)
      for (number, line) in lines.enumerated() {
        let entry = try JSONDocument(String(line))
        #expect(try entry.root.integer("epoch") == number + 1)
        for key in ["learning_rate", "training_loss", "training_top1", "validation_top1", "seconds"] {
          #expect(try entry.number(key) >= 0)
        }
      }
      #expect(!workspace.exists("net.training.safetensors"), "the state is no longer needed")
    }

    @Test func theSameRecipeWritesTheSameBytesOnAnyNumberOfThreads() async throws {
      let workspace = try Self.workspace()
      try workspace.add("net.yaml", Self.recipe.replacing("crop: random", with: "stylise: 0.5"))
      try await workspace.succeed("train net.yaml --quiet --threads 1 --out a.safetensors")
      try await workspace.succeed("train net.yaml --quiet --threads 2 --out b.safetensors")
      #expect(try workspace.data("a.safetensors") == workspace.data("b.safetensors"))
      try workspace.add("other.yaml", Self.recipe.replacing("seed: 3", with: "seed: 4"))
      try await workspace.succeed("train other.yaml --quiet --out c.safetensors")
      #expect(try workspace.data("a.safetensors") != workspace.data("c.safetensors"))
    }

    @Test func itsLogBecomesAPage() async throws {
      let workspace = try Self.workspace()
      try await workspace.succeed("train net.yaml --quiet")
      let written = try await workspace.json("report --training net.training.jsonl --out page.html")
      #expect(written["written"] as? [String] == ["page.html", "page.json"])
      let page = String(decoding: try workspace.data("page.html"), as: UTF8.self)
      #expect(page.contains("Training report: net") && page.contains("1 training · 4 epochs"))
      let numbers = try JSONDocument(String(decoding: try workspace.data("page.json"), as: UTF8.self))
      let training = try numbers.list("training")[0]
      #expect(try training.text("name") == "net" && training.list("epochs").count == 4)
    }

    /// Wherever it is killed: while it reads, computes, keeps its state, validates or writes the network.
    @Test func aRunKilledAtRandomMomentsEndsWithTheSameBytes() async throws {
      let workspace = try Self.workspace()
      let clock = ContinuousClock()
      let start = clock.now
      try await workspace.succeed("train net.yaml --out whole.safetensors --quiet")
      let duration = clock.now - start
      let whole = try workspace.data("whole.safetensors")
      let line = ["train", "net.yaml", "--out", "killed.safetensors"]
      var (killed, resumed) = (0, 0)
      var moments = SeededGenerator(seed: 0)
      for moment in 1...10 {
        let folder = "run\(moment)"
        try workspace.addFolder(folder)
        let out = "\(folder)/killed.safetensors"
        let started = try StartedCommand(line.dropLast() + [out], in: workspace.path)
        try await Task.sleep(for: duration * Double.random(in: 0.02...1.05, using: &moments))
        started.send(SIGKILL)
        if await started.finished().exitCode == -SIGKILL { killed += 1 }
        let again = try await workspace.succeed((line.dropLast() + [out]).joined(separator: " "))
        if again.stderr.contains("going on after") { resumed += 1 }
        #expect(try workspace.data(out) == whole)
        let left = try FileManager.default.contentsOfDirectory(atPath: workspace.path(folder)).sorted()
        #expect(left == ["killed.safetensors", "killed.training.jsonl"])
      }
      #expect(killed >= 5 && resumed >= 1, "killed \(killed) times, went on \(resumed) times")
    }

    @Test func anInterruptKeepsTheStepAndTheSameCommandGoesOn() async throws {
      let workspace = try Self.workspace()
      try workspace.add("long.yaml", Self.recipe.replacing("epochs: 4", with: "epochs: 3000"))
      let line = ["train", "long.yaml"]
      let started = try StartedCommand(line, in: workspace.path)
      try await started.reaches { workspace.exists("net.training.safetensors") }
      started.send(SIGINT)
      let stopped = await started.finished(timeout: 60)
      #expect(stopped.exitCode == -SIGINT && stopped.stdout.isEmpty)
      #expect(stopped.stderr.contains("give the same command again"))
      #expect(!workspace.exists("net.safetensors"))
      let state = try TrainingCheckpoint(contentsOf: workspace.path("net.training.safetensors"))
      #expect(!state.velocity.isEmpty && !state.averages.isEmpty)
      let before = workspace.listing()
      // Another recipe would end elsewhere: it is told what to do.
      try await workspace.expectFailure(
        "train net.yaml", code: 65, says: "whose recipe is", "remove the file to begin anew")
      #expect(workspace.listing() == before)
      let again = try StartedCommand(line, in: workspace.path)
      try await Task.sleep(for: .milliseconds(1500))
      again.send(SIGTERM)
      let told = await again.finished(timeout: 60)
      #expect(told.exitCode == -SIGTERM && told.stderr.contains("going on after"), "\(told.stderr)")
    }

    @Test func aDivergingRunSaysSoInOneLine() async throws {
      let workspace = try Self.workspace()
      try workspace.add(
        "net.yaml", Self.recipe.replacing("learning_rate: 0.02", with: "learning_rate: 1e30"))
      try await workspace.expectFailure(
        "train net.yaml --quiet", code: 1, says: "diverged", "learning_rate")
    }

    // MARK: Recipes that cannot be used

    @Test(arguments: [
      ("colour: red", "expected one of", "colour"), ("architecture: bagnet18", "'architecture'", "bagnet17"),
      ("architecture: bag_of_features", "'architecture'", "bagnet17"),
      ("width: 0", "'width'", "from 1"), ("width: wide", "'width'", "'wide'"),
      ("epochs: 0", "'epochs'", "'0'"),
      ("batch: 1", "'batch'", "from 2"), ("dtype: fp8", "'dtype'", "fp16"), ("seed: -1", "'seed'", "-1"),
      ("label_smoothing: 1", "'label_smoothing'", "below 1"),
      ("label_smoothing: -0.1", "'label_smoothing'", "-0.1"),
      ("dropout: 0.5", "'dropout'", "bagnet9 has none"),
      ("hidden: 8", "'hidden'", "bagnet9 has no hidden"), ("dropout: 1", "'dropout'", "below 1"),
      ("memory: -5", "'memory'", "-5"),
      ("validate_every: 0", "'validate_every'", "'0'"), ("batches_ahead: 100", "'batches_ahead'", "to 64"),
      ("schedule: {kind: one-cycle}", "schedule.learning_rate", "add the line"),
      ("schedule: {kind: step, learning_rate: 1}", "'schedule.kind'", "cosine"),
      ("schedule: {learning_rate: 0}", "'schedule.learning_rate'", "above 0"),
      ("schedule: {learning_rate: 0.1, pct_start: 2}", "'schedule.pct_start'", "to 1"),
      ("schedule: {learning_rate: 0.1, warmup: 0.1}", "expected one of", "schedule.warmup"),
      ("schedule: {learning_rate: 0.1, anneal: cubic}", "'schedule.anneal'", "linear"),
      ("schedule: {learning_rate: 0.1, momenta: [0.9, 0.8]}", "'schedule.momenta'", "the smaller first"),
      ("schedule: {kind: cosine, learning_rate: 0.1, least: 0.2}", "'schedule.least'", "to 0.1"),
      ("optimiser: {momentum: 1}", "'optimiser.momentum'", "below 1"),
      ("optimiser: {momentum: 0, nesterov: true}", "'optimiser.nesterov'", "momentum is 0"),
      ("optimiser: {nesterov: maybe}", "'optimiser.nesterov'", "true or false"),
      ("optimiser: {adam: true}", "expected one of", "optimiser.adam"),
      ("augmentation: {crop: round}", "'augmentation.crop'", "resized"),
      ("augmentation: {resize: 30}", "'augmentation.resize'", "41"),
      ("augmentation: {crop: resized, scale: [0, 1]}", "'augmentation.scale'", "two numbers"),
      ("augmentation: {scale: [0.5, 1]}", "expected one of", "augmentation.scale"),
      ("augmentation: {flip: 2}", "'augmentation.flip'", "to 1"),
      ("augmentation: {stylise: 1.5}", "'augmentation.stylise'", "to 1"),
      ("augmentation: {stylise: -0.1}", "'augmentation.stylise'", "-0.1"),
      ("augmentation: {stylise: often}", "'augmentation.stylise'", "'often'"),
      ("augmentation: {size: 3, crop: center}", "'augmentation'", "3 px"),
      ("average: {warm: true}", "average.decay", "add the line"),
      ("average: {decay: 1}", "'average.decay'", "below 1"),
      ("class_names: blue", "'class_names'", "a table"),
      ("preprocessing: {center_crop: 5}", "'preprocessing'", "5 px"),
      ("preprocessing: {resize_shorter_side: 44}", "preprocessing.center_crop", "add the line"),
    ])
    func aLineThatIsWrongIsNamed(_ line: String, _ first: String, _ second: String) async throws {
      let workspace = try Self.workspace()
      let key = line.prefix { $0 != ":" }
      var isInside = false
      let rest = Self.recipe.split(separator: "\n").filter { line in
        if !line.hasPrefix("  ") { isInside = line.hasPrefix("\(key):") }
        return !isInside
      }.joined(separator: "\n")
      try workspace.add("net.yaml", rest + "\n" + line + "\n")
      let place =
        line.hasPrefix("schedule: {kind: one-cycle}") || line.contains("warm: true")
          || line.contains("{resize_shorter_side")
        ? "net.yaml" : "net.yaml:\(rest.split(separator: "\n").count + 1)"
      try await workspace.expectFailure("train net.yaml", code: 65, says: first, second, place)
    }

    @Test(arguments: [
      ("train net.yaml --corpus gone", 66, "gone"), ("train net.yaml --validation gone", 66, "gone"),
      ("train net.yaml --out gone/net.safetensors", 66, "gone"),
      ("train net.yaml --corpus corpus/red", 65, "class"), ("train net.yaml --limit 3", 65, "two classes"),
      ("train net.yaml --out net.pth", 64, ".safetensors"), ("train net.yaml --corpus odd", 65, "'blue'"),
      ("train net.yaml --corpus empty", 65, "empty folder"),
    ])
    func pathsThatCannotBeUsedAreNamed(_ line: String, _ code: Int32, _ word: String) async throws {
      let workspace = try Self.workspace()
      try workspace.addFolder("empty")
      for name in ["red", "green"] {
        try workspace.add("odd/\(name)/1.png", try TinyPictures.picture(of: name, number: 1).pngData())
      }
      if line.hasSuffix("odd") {
        try workspace.add("net.yaml", Self.recipe.replacing("class_names: {blue: blau}\n", with: ""))
      }
      try await workspace.expectFailure(line + " --quiet", code: code, says: word)
    }

    @Test func aStateThatIsNoneIsRefused() async throws {
      let workspace = try Self.workspace()
      try workspace.add("net.training.safetensors", "no state")
      try await workspace.expectFailure("train net.yaml --quiet", code: 65, says: "net.training.safetensors")
    }

    @Test func picturesThatCannotBeReadAreSkippedAndListed() async throws {
      let workspace = try Self.workspace()
      try workspace.add("corpus/red/zz.png", "no picture\n")
      let document = try await workspace.json("train net.yaml --quiet")
      #expect(try document.root.integer("skipped") == 1 && document.root.integer("pictures") == 42)
      #expect(try document.list("skipped_images")[0].text("reason").contains("red/zz.png"))
    }

    /// Every recipe that Patchwork brings is read and its network fits its pictures.
    @Test func theRecipesInTrainingAreGood() async throws {
      let workspace = try Workspace()
      let folder = CommandRun.packageFolder.appendingPathComponent("Training").path
      let recipes = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
        $0.hasSuffix(".yaml")
      }
      #expect(recipes.count >= 7)
      for recipe in recipes {
        // The recipe is checked whole before the corpus is looked for.
        try await workspace.expectFailure(
          "train \(folder)/\(recipe) --corpus nowhere --out \(recipe).safetensors", code: 66, says: "nowhere")
      }
    }
  }
}
