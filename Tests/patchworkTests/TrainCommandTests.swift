import Checkpoints
import Foundation
import Imaging
import Testing

extension CommandLineTests {
  /// `train` and `words`: from a recipe and a folder to a network that every command takes.
  @Suite struct Training {
    static let recipe = """
      kind: bag-of-features
      name: tiny-words
      corpus: corpus
      out: words.safetensors
      class_names: {blue: blau}   # the others keep their folder's name
      preprocessing:
        resize_shorter_side: 44
        center_crop: 41
      patch: 6
      components: 8
      words: 9
      samples: 600
      iterations: 4
      contrast: 0.05
      penalty: [0.01, 0.1]

      """

    private static func workspace() throws -> Workspace {
      let workspace = try Workspace()
      try workspace.add("bag.yaml", recipe)
      for (name, period) in [("blue", 2), ("green", 5), ("red", 9)] {
        for number in 0..<8 {
          try workspace.add(
            "corpus/\(name)/\(number).png", try striped(period, phase: number).pngData())
        }
      }
      return workspace
    }

    /// Stripes of a period, so that patches tell classes apart.
    private static func striped(_ period: Int, phase: Int) -> Picture {
      let bytes = (0..<48 * 48 * 3).map { place -> UInt8 in
        let (row, column) = (place / 3 / 48, place / 3 % 48)
        let isLight = (column + row / 3 + phase) / period % 2 == 0
        return UInt8((isLight ? 190 : 60) + (place * 7 + phase * 13) % 17)
      }
      return Picture(width: 48, height: 48, bytes: bytes)
    }

    @Test func aTrainedNetworkIsTakenByEveryCommand() async throws {
      let workspace = try Self.workspace()
      let trained = try await workspace.json("train bag.yaml --quiet")
      trained.expectWellKept()
      #expect(trained["kind"] as? String == "bag-of-features")
      #expect(
        trained["model"] as? String == "words.safetensors" && trained["name"] as? String == "tiny-words")
      #expect(try trained.root.integer("pictures") == 24 && trained.root.integer("words") == 9)
      #expect(try trained.root.integer("classes") == 3 && trained.root.integer("skipped") == 0)
      #expect(try trained.number("training_top1") > 0.9)
      #expect(try [0.01, 0.1].contains(trained.number("penalty")) && trained.number("sharpness") == 0.3)
      let shown = try await workspace.json("models show words.safetensors")
      let model = try #require(shown["model"] as? [String: Any])
      #expect(try model.text("architecture") == "bag_of_features" && model.integer("receptive_field") == 6)
      let card = try #require(shown["card"] as? [String: Any])
      #expect(card["class_names"] as? [String] == ["blau", "green", "red"])
      let evaluated = try await workspace.json("evaluate --model words.safetensors --corpus corpus --quiet")
      let result = try evaluated.list("models")[0]
      #expect(try abs(result.number("top1") - trained.number("training_top1")) < 1e-9)
      let map = try await workspace.json(
        "heatmap --model words.safetensors --image corpus/red/3.png --out map.png")
      let logit = try map.number("logit")
      #expect(try abs(map.number("map_sum_logit") - logit) <= 1e-4 * max(1, abs(logit)))
      #expect(try map.root.integer("stride") == 3 && map.root.integer("height") == 12)
      let fine = try await workspace.json(
        "heatmap --model words.safetensors --image corpus/red/3.png --stride 1 --out fine.png")
      #expect(try fine.root.integer("height") == 36)
      let sticker = try await workspace.json(
        "sticker make --model words.safetensors --corpus corpus --target red --side 16 --steps 4 --out s --quiet"
      )
      #expect(try sticker.root.integer("steps") == 4)
      #expect(workspace.exists("s/sticker.png"))
      for name in ["red", "blue"] {
        try workspace.add(
          "stimuli/\(name)/\(name)1-green2.png",
          try TinyPictures.stimulus(shape: name, texture: "green", number: 3).pngData())
      }
      try workspace.add("mapping.csv", "class,category\nred,red\nblue,blue\ngreen,green\n")
      let biased = try await workspace.json(
        "texture-bias --model words.safetensors --stimuli stimuli --mapping mapping.csv --quiet")
      #expect(try biased.list("observers")[0].integer("n_conflict") == 2)
    }

    @Test func theSameSeedWritesTheSameBytesOnAnyNumberOfThreads() async throws {
      let workspace = try Self.workspace()
      for (threads, seed, out) in [(1, 0, "a"), (2, 0, "b"), (2, 7, "c")] {
        try await workspace.succeed(
          "train bag.yaml --out \(out).safetensors --threads \(threads) --seed \(seed) --quiet")
      }
      let first = try workspace.data("a.safetensors")
      #expect(try workspace.data("b.safetensors") == first)
      #expect(try workspace.data("c.safetensors") != first)
    }

    @Test func wordsWritesASheetForEachClass() async throws {
      let workspace = try Self.workspace()
      try await workspace.succeed("train bag.yaml --quiet")
      let document = try await workspace.json(
        "words --model words.safetensors --corpus corpus --words 2 --examples 3 --out w --quiet")
      document.expectWellKept()
      #expect(try document.root.integer("n") == 24 && document.root.integer("patch") == 6)
      let classes = try document.list("classes")
      #expect(try classes.map { try $0.text("class_name") } == ["blau", "green", "red"])
      for item in classes {
        #expect(workspace.exists("w/\(try item.text("sheet"))"))
        let sheet = try Picture(contentsOf: workspace.path("w/\(try item.text("sheet"))"))
        // Patches of 6 px, seven times as large, three pixels apart.
        #expect(sheet.width == 3 * 45 + 3 && sheet.height == 2 * 45 + 3)
        let words = try item.list("words")
        #expect(words.count == 2)
        let examples = try words[0].list("examples")
        #expect(examples.count == 3)
        #expect(try examples.allSatisfy { try $0.text("image").hasSuffix(".png") })
      }
      let written = try JSONDocument(String(decoding: try workspace.data("w/words.json"), as: UTF8.self))
      #expect(try written.list("classes").count == 3)
      let text = try await workspace.succeed(
        "words --model words.safetensors --corpus corpus --out w --quiet")
      #expect(text.stdout.contains("blau") && text.stdout.contains("w/000-blue.png"))
    }

    @Test func wordsNeedsANetworkThatHasThem() async throws {
      let workspace = try Self.workspace()
      try workspace.addModel()
      try await workspace.expectFailure(
        "words --model bag.json --corpus corpus --out w", code: 64, says: "bag_of_features", "bagnet9")
    }

    // MARK: Recipes that cannot be used

    @Test(arguments: [
      ("colour: red", "expected one of", "colour"),
      ("words: many", "'words'", "whole number from 2"), ("words: 1", "'words'", "'1'"),
      ("words: 1e3", "'words'", "'1e3'"), ("words: [4, 5]", "'words'", "a list of 2"),
      ("words: {a: 1}", "'words'", "a table"), ("words:", "'words'", "nothing"),
      ("words: 700", "samples", "at least as many"), ("components: 108", "'components'", "from 1 to 107"),
      ("patch: 42", "'patch'", "center_crop"), ("patch: 1", "'patch'", "from 2 to 64"),
      ("sharpness: -1", "'sharpness'", "above 0"), ("sharpness: []", "'sharpness'", "above 0"),
      ("sharpness: [0.1, nan]", "'sharpness'", "above 0"), ("contrast: .inf", "'contrast'", "above 0"),
      ("contrast: 0", "'contrast'", "above 0"), ("penalty: hard", "'penalty'", "above 0"),
      ("seed: -1", "'seed'", "-1"), ("kind: bagnet17", "'kind'", "bag-of-features"),
      ("name: [a]", "'name'", "a list of 1"), ("class_names: blue", "'class_names'", "a table"),
      ("class_names: {blue: [1]}", "class_names.blue", "a list of 1"),
      ("preprocessing: {center_crop: 41, crop: 3}", "preprocessing.crop", "expected one of"),
      ("preprocessing: {resize_shorter_side: 44}", "preprocessing.center_crop", "add the line"),
      ("preprocessing: {center_crop: 41, mean: [1, 2]}", "preprocessing.mean", "three"),
      ("preprocessing: {center_crop: 41, std: [1, 1, 0]}", "preprocessing.std", "above 0"),
      ("preprocessing: {center_crop: 41, interpolation: sharp}", "preprocessing.interpolation", "bicubic"),
      ("a: &x b", "anchor", "bag.yaml"), ("corpus: *x", "alias", "bag.yaml"),
      ("words: [1, 2", "YAML", "bag.yaml"), ("words: 4\nwords: 5", "twice", "bag.yaml"),
      ("\twords: 4", "YAML", "bag.yaml"), ("words: \"unfinished", "YAML", "bag.yaml"),
    ])
    func aLineThatIsWrongIsNamed(_ line: String, _ first: String, _ second: String) async throws {
      let workspace = try Self.workspace()
      let key = line.prefix { $0 != ":" }
      let rest = Self.recipe.split(separator: "\n").filter { !$0.hasPrefix("\(key):") }
        .filter { !(key == "preprocessing" && $0.hasPrefix("  ")) }.joined(separator: "\n")
      try workspace.add("bag.yaml", rest + "\n" + line + "\n")
      try await workspace.expectFailure("train bag.yaml", code: 65, says: first, second, "bag.yaml")
    }

    @Test(arguments: [
      ("", "0 bytes"), ("# nothing\n", "empty document"), ("- a\n- b\n", "a list"), ("words\n", "'words'"),
      ("{[a]: b}\n", "as a name"), ("kind: bag-of-features\ncorpus: corpus\n", "'out'"),
      ("kind: bag-of-features\nout: w.safetensors\n", "'corpus'"), ("corpus: corpus\n", "'kind'"),
    ])
    func aFileThatIsNoRecipeIsRefused(_ text: String, _ word: String) async throws {
      let workspace = try Self.workspace()
      try workspace.add("bag.yaml", text)
      try await workspace.expectFailure("train bag.yaml", code: 65, says: word, "bag.yaml")
    }

    @Test(arguments: [
      ("[", 20_000, "YAML"), ("- ", 5000, "YAML"), ("? ", 5000, "YAML"),
      ("a: b\n", 40_000, "more than a recipe has"),
    ])
    func deepAndLongFilesAreRefused(_ piece: String, _ count: Int, _ word: String) async throws {
      let workspace = try Self.workspace()
      try workspace.add("bag.yaml", String(repeating: piece, count: count))
      try await workspace.expectFailure("train bag.yaml", code: 65, says: word, "bag.yaml")
    }

    @Test func bytesThatAreNoTextAreRefused() async throws {
      let workspace = try Self.workspace()
      try workspace.add("bag.yaml", Data([0x6B, 0xFF, 0xFE, 0x00, 0xC3, 0x28]))
      try await workspace.expectFailure("train bag.yaml", code: 65, says: "UTF-8", "bag.yaml")
    }

    @Test(arguments: [
      ("train gone.yaml", 66, "gone.yaml"), ("train bag.yaml --corpus gone", 66, "gone"),
      ("train bag.yaml --out gone/w.safetensors", 66, "gone"),
      ("train bag.yaml --out w.pth", 64, ".safetensors"), ("train corpus", 65, "a folder"),
      ("train bag.yaml --corpus corpus/red", 65, "class"), ("train bag.yaml --limit 3", 65, "two classes"),
      ("train bag.yaml --corpus bag.yaml", 65, "found a file"), ("train", 64, "recipe"),
      ("words --model gone.safetensors --corpus corpus --out w", 66, "gone"),
      ("words --model words.safetensors --corpus corpus", 64, "--out"),
    ])
    func pathsThatCannotBeUsedAreNamed(_ line: String, _ code: Int32, _ word: String) async throws {
      try await Self.workspace().expectFailure(line, code: code, says: word)
    }

    @Test func namesForFoldersThatAreNotThereAreRefused() async throws {
      let workspace = try Self.workspace()
      try workspace.add("bag.yaml", Self.recipe.replacing("{blue: blau}", with: "{violet: lila}"))
      try await workspace.expectFailure("train bag.yaml", code: 64, says: "violet", "class_names")
    }

    @Test func picturesThatCannotBeReadAreSkippedAndListed() async throws {
      let workspace = try Self.workspace()
      try workspace.add("corpus/red/zz.png", "no picture\n")
      let document = try await workspace.json("train bag.yaml --quiet")
      #expect(try document.root.integer("skipped") == 1 && document.root.integer("pictures") == 24)
      #expect(try document.list("skipped_images")[0].text("image") == "red/zz.png")
    }

    /// An older network stays as it is until the new one is whole.
    @Test func anInterruptedRunLeavesTheOldFile() async throws {
      let workspace = try Self.workspace()
      try workspace.add("words.safetensors", "old")
      try workspace.add(
        "bag.yaml",
        Self.recipe.replacing("samples: 600", with: "samples: 300000")
          .replacing("iterations: 4", with: "iterations: 1000"))
      let before = workspace.listing()
      let started = try StartedCommand(["train", "bag.yaml", "--quiet"], in: workspace.path)
      try await Task.sleep(for: .milliseconds(500))
      started.send(SIGINT)
      let run = await started.finished(timeout: 60)
      #expect(run.exitCode != 0)
      #expect(workspace.listing() == before)
    }
  }
}
