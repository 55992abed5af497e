import Foundation
import Testing

extension CommandLineTests {
  /// The reference networks against the numbers that PyTorch gave for them.
  @Suite(.enabled(if: Shared.isPresent, "the reference data are not beside the package"))
  struct ReferenceNetworks {
    static let names = ["bagnet17-w16-imagenette96", "resnet50-w16-imagenette96", "squeezenet1_1-imagenet"]

    @Test(arguments: names)
    func logitsEqualPyTorchs(_ name: String) async throws {
      let expected = try #require(
        try Shared.expected().object("logits").object(name) as? [String: [Double]], "no logits of \(name)")
      #expect(expected.count == 12)
      let images = expected.keys.sorted()
      let workspace = try Workspace()
      let arguments = ["classify", "--model", Shared.card(name), "--top", "100000", "--json", "--quiet"]
      let run = try await CommandRun.patchwork(
        arguments + images.map { Shared.data("imagenette/val/\($0)") }, in: workspace.path)
      #expect(run.exitCode == 0, "\(run.stderr)")
      let card = try Shared.object("reference/\(name).json")
      let classes = try #require(card["classes"] as? [String])
      let found = try JSONDocument(run.stdout).list("images")
      #expect(found.count == 12)
      for (name, image) in zip(images, found) {
        let wanted = try #require(expected[name])
        var logits: [String: Double] = [:]
        for item in try image.list("top") { logits[try item.text("class")] = try item.number("logit") }
        #expect(logits.count == classes.count)
        let scale = wanted.map(abs).max() ?? 1
        let worst = try zip(classes, wanted).map { abs(try #require(logits[$0]) - $1) }.max() ?? .infinity
        #expect(worst <= 1e-4 * scale, "\(name): off by \(worst) of \(scale)")
      }
    }

    /// SqueezeNet sees pictures five times as large: it takes minutes, so it is asked only where
    /// `PATCHWORK_SLOW_TESTS` is set.
    static let evaluated = Array(
      names.prefix(ProcessInfo.processInfo.environment["PATCHWORK_SLOW_TESTS"] == nil ? 2 : 3))

    @Test(arguments: evaluated)
    func accuracyEqualsPyTorchsWithinOnePicture(_ name: String) async throws {
      let expected = try Shared.expected().object("evaluate").object(name)
      let workspace = try Workspace()
      let document = try await workspace.json(
        "evaluate --model \(Shared.card(name)) --corpus \(Shared.data("imagenette/val")) --quiet",
        timeout: 400)
      let model = try document.list("models")[0]
      #expect(try model.integer("n") == expected.integer("n") && model.integer("skipped") == 0)
      for key in ["top1_correct", "top5_correct"] {
        #expect(try abs(model.integer(key) - expected.integer(key)) <= 1, "\(key): \(model) \(expected)")
      }
    }

    @Test func squeezeNetsShapeBiasEqualsPyTorchsWithinOnePicture() async throws {
      let name = Self.names[2]
      let expected = try Shared.expected().object("texture_bias").object(name)
      let workspace = try Workspace()
      let document = try await workspace.json(
        "texture-bias --model \(Shared.card(name)) --stimuli \(Shared.data("cue-conflict")) --quiet",
        timeout: 400)
      let observer = try document.list("observers")[0]
      #expect(try observer.integer("n_conflict") == expected.integer("n_conflict"))
      for key in ["n_shape", "n_texture", "n_other"] {
        #expect(try abs(observer.integer(key) - expected.integer(key)) <= 1, "\(key): \(observer)")
      }
    }

    @Test func errorConsistencyIsThePublishedToThePrintedDigit() async throws {
      let folder = Shared.data("responses")
      let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".csv") }
      let workspace = try Workspace()
      let arguments = ["texture-bias", "--json", "--responses"] + files.sorted().map { "\(folder)/\($0)" }
      let run = try await CommandRun.patchwork(arguments, in: workspace.path)
      #expect(run.exitCode == 0, "\(run.stderr)")
      let consistency = try JSONDocument(run.stdout).root.object("error_consistency")
      let people = try consistency.object("between_people")
      #expect(try (people.number("kappa") * 1000).rounded() == 331 && people.integer("pairs") == 45)
      let network = try #require(
        try consistency.list("networks_with_people").first { try $0.text("name") == "resnet50" })
      #expect(try (network.number("kappa") * 1000).rounded() == 67)
    }

    @Test func recordedObserversHaveThePublishedShapeBias() async throws {
      let folder = Shared.data("responses")
      let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".csv") }
      let workspace = try Workspace()
      let arguments =
        ["texture-bias", "--study", "study.sqlite", "--responses"] + files.sorted().map { "\(folder)/\($0)" }
      let run = try await CommandRun.patchwork(arguments + ["--json"], in: workspace.path)
      #expect(run.exitCode == 0, "\(run.stderr)")
      let observers = try JSONDocument(run.stdout).list("observers")
      var (shape, texture, people) = (0, 0, 0)
      for observer in observers where try observer.text("kind") == "person" {
        shape += try observer.integer("n_shape")
        texture += try observer.integer("n_texture")
        people += 1
      }
      #expect(people == 10)
      #expect(abs(100 * Double(shape) / Double(shape + texture) - 95.9) < 0.05)
      for (name, published) in [("alexnet", 42.9), ("googlenet", 31.2), ("vgg", 17.2), ("resnet50", 22.1)] {
        let observer = try #require(try observers.first { try $0.text("name") == name }, "no \(name)")
        #expect(try abs(100 * observer.number("shape_bias") - published) < 0.05, "\(name)")
        #expect(try observer.integer("n_conflict") == 1200 || name == "resnet50")
      }
      // The table for people pools them.
      let table = try await CommandRun.patchwork(arguments, in: workspace.path)
      #expect(table.stdout.contains("all 10 people") && table.stdout.contains("95.9 %"))
    }
  }
}

/// The data beside the package, which is not part of it.
private enum Shared {
  static let folder = CommandRun.packageFolder.appendingPathComponent("../shared").standardized.path
  static let isPresent = FileManager.default.fileExists(atPath: "\(folder)/reference/EXPECTED.json")

  static func data(_ relative: String) -> String { "\(folder)/data/\(relative)" }
  static func card(_ name: String) -> String { "\(folder)/reference/\(name).json" }
  static func expected() throws -> [String: Any] { try object("reference/EXPECTED.json") }

  static func object(_ relative: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(relative)"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }
}

extension [String: Any] {
  func object(_ key: String) throws -> [String: Any] {
    try #require(self[key] as? [String: Any], "no object “\(key)”")
  }
}
