import Foundation
import Testing

/// The house as it stands on disk: which module may import which, and what must be in a catalogue.
@Suite struct StructureTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// What each module may import of Patchwork's own; data flows one way, so nothing imports to its right.
  private static let allowed: [String: Set<String>] = {
    let tensors: Set = ["Files", "CKernels", "COpenBLAS"]
    let layers: Set = ["Tensors", "Files", "CKernels"]
    let checkpoints: Set = ["Tensors", "Files"]
    let models = checkpoints.union(["Layers", "Checkpoints"])
    let imaging: Set = ["CImageCodecs", "Tensors", "Files"]
    let datasets: Set = ["Imaging", "Tensors", "Files"]
    let silhouettes = datasets.union(["Datasets"])
    let distortions = silhouettes.union(["Silhouettes"])
    let training = models.union(distortions).union(["Models", "Distortions"])
    let stylising = models.union(["Models", "Distortions"])
    let adversary: Set = ["Layers", "Models", "Tensors", "Files"]
    let probes = adversary.union(distortions).union(["Adversary", "Distortions"])
    let benchmarks = probes.union(["Probes"])
    let studies: Set = ["Probes", "Adversary", "Datasets", "Models", "Layers", "Files"]
    let reporting = studies.union(["Silhouettes", "Distortions", "Training", "Studies"])
    let commands = reporting.union([
      "Reporting", "Imaging", "Tensors", "Checkpoints", "Stylising", "Benchmarks",
    ])
    return [
      "Files": [], "Tensors": tensors, "Layers": layers, "Checkpoints": checkpoints, "Models": models,
      "Imaging": imaging, "Datasets": datasets, "Silhouettes": silhouettes, "Distortions": distortions,
      "Training": training, "Stylising": stylising, "Adversary": adversary, "Probes": probes,
      "Benchmarks": benchmarks, "Studies": studies, "Reporting": reporting, "patchwork": commands,
    ]
  }()

  private static func swiftFiles(in folder: String) throws -> [(path: String, text: String)] {
    let top = root.appendingPathComponent(folder)
    let walker = try #require(FileManager.default.enumerator(at: top, includingPropertiesForKeys: nil))
    return try walker.compactMap { $0 as? URL }
      .filter { $0.pathExtension == "swift" }
      .map { ($0.path, try String(contentsOf: $0, encoding: .utf8)) }
  }

  @Test func noModuleImportsAgainstTheFlow() throws {
    let own = Set(Self.allowed.keys).union(["CKernels", "COpenBLAS", "CImageCodecs"])
    for (module, allowed) in Self.allowed {
      let files = try Self.swiftFiles(in: "Sources/\(module)")
      #expect(!files.isEmpty, "no sources of \(module)")
      for file in files {
        let imports = file.text.split(separator: "\n").filter { $0.hasPrefix("import ") }
          .map { String($0.dropFirst("import ".count)) }
        let wrong = Set(imports).intersection(own).subtracting(allowed)
        #expect(wrong.isEmpty, "\(file.path) imports \(wrong.sorted())")
      }
    }
  }

  @Test func noFileIsLongerThan500Lines() throws {
    for folder in ["Sources", "Tests"] {
      for file in try Self.swiftFiles(in: folder) {
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(lines <= 501, "\(file.path) has \(lines) lines")
      }
    }
  }

  /// What cannot be drawn again cannot be looked into.
  @Test func everyRandomNumberIsDrawnFromASeed() throws {
    let unseeded = [
      ".randomElement()", ".shuffled()", ".shuffle()", "Bool.random()", "SystemRandomNumberGenerator",
    ]
    var count = 0
    for folder in ["Sources", "Tests"] {
      for file in try Self.swiftFiles(in: folder) where !file.path.hasSuffix("/StructureTests.swift") {
        for call in unseeded { #expect(!file.text.contains(call), "\(file.path): \(call)") }
        guard file.text.contains(".random(in: ") else { continue }
        for line in file.text.split(separator: "\n") where line.contains(".random(in: ") {
          count += 1
          #expect(line.contains("using: &"), "\(file.path): \(line)")
        }
      }
    }
    #expect(count >= 3)
  }

  /// A step of a study's form stays as it was when it came: it does not speak of types that go on changing.
  @Test func noMigrationUsesTodaysTypes() throws {
    let results = try Self.swiftFiles(in: "Sources/Probes/Results").flatMap { file in
      file.text.matches(of: /public struct (\w+)/).map { String($0.output.1) }
    }
    #expect(results.count >= 20)
    var steps = 0
    for file in try Self.swiftFiles(in: "Sources/Studies") {
      for step in file.text.matches(of: /(?s)\nextension StudySchema \{\n.*?\n\}\n/).map(\.output) {
        steps += 1
        let code = step.split(separator: "\n").filter { !$0.contains("///") }.joined(separator: "\n")
        for type in results {
          #expect(code.firstMatch(of: try Regex("\\b\(type)\\b")) == nil, "\(file.path): \(type)")
        }
      }
    }
    #expect(steps >= 1)
  }

  @Test func everyArchitectureIsInTheCatalogue() throws {
    let files = try Self.swiftFiles(in: "Sources/Models")
    let catalogue = try #require(files.first { $0.path.hasSuffix("/Architecture.swift") }).text
    let families = files.filter { $0.text.contains("static let architectures") }
      .map { URL(fileURLWithPath: $0.path).deletingPathExtension().lastPathComponent }
    #expect(families.count >= 3)
    for family in families {
      #expect(catalogue.contains("\(family).architectures"), "\(family) is not in Architecture.catalogue")
    }
  }

  @Test func everyBenchmarkTaskIsInTheCatalogue() throws {
    let files = try Self.swiftFiles(in: "Sources/Benchmarks")
    let catalogue = try #require(files.first { $0.path.hasSuffix("/BenchmarkTask.swift") }).text
    let tasks = files.flatMap { file in
      file.text.matches(of: /static let (\w+) = BenchmarkTask\(/).map { String($0.output.1) }
    }
    #expect(tasks.count >= 3)
    for task in tasks {
      #expect(catalogue.contains(".\(task),"), "\(task) is not in BenchmarkTask.catalogue")
    }
  }

  @Test func everyKindOfTrainingIsInTheCatalogue() throws {
    let files = try Self.swiftFiles(in: "Sources/patchwork/Commands/Train")
    let catalogue = try #require(files.first { $0.path.hasSuffix("/TrainCommand.swift") }).text
    let kinds = files.flatMap { file in
      file.text.matches(of: /static let (\w+) = TrainingKind\(/).map { String($0.output.1) }
    }
    #expect(!kinds.isEmpty)
    for kind in kinds {
      #expect(catalogue.contains("TrainingKind.\(kind)"), "\(kind) is not in TrainingKind.catalogue")
    }
  }

  @Test func everyCommandOfRecipesIsInTheCatalogue() throws {
    let files = try Self.swiftFiles(in: "Sources/patchwork")
    let catalogue = try #require(files.first { $0.path.hasSuffix("/RecipeCommand.swift") }).text
    let commands = files.flatMap { file in
      file.text.matches(of: /struct (\w+): ParsableCommand, RecipeCommand/).map { String($0.output.1) }
    }
    #expect(commands.count >= 3)
    for command in commands {
      #expect(catalogue.contains("\(command).self"), "\(command) is not in RecipeCommands.catalogue")
    }
  }

  @Test func everyDistortionIsInTheCatalogue() throws {
    let files = try Self.swiftFiles(in: "Sources/Distortions/Kinds")
    let catalogue = try #require(files.first { $0.path.hasSuffix("/DistortionKind.swift") }).text
    let line = try #require(
      catalogue.firstMatch(of: /let catalogue: \[DistortionKind\] = \[([^\]]*)\]/)?.output.1)
    let listed = Set(line.split { $0 == "," || $0 == "." || $0.isWhitespace })
    let kinds = files.flatMap { file in
      file.text.matches(of: /static let (\w+) = DistortionKind\(/).map(\.output.1)
    }
    #expect(kinds.count >= 9 && Set(kinds) == listed)
  }

  @Test func everyCorruptionIsInTheCatalogue() throws {
    let files = try Self.swiftFiles(in: "Sources/Distortions/Corruptions")
    let catalogue = try #require(files.first { $0.path.hasSuffix("/Corruption.swift") }).text
    let list = try #require(
      catalogue.firstMatch(of: /let catalogue: \[Corruption\] = \[([^\]]*)\]/)?.output.1)
    let listed = list.split { $0 == "," || $0 == "." || $0.isWhitespace }
    let corruptions = files.flatMap { file in
      file.text.matches(of: /static let (\w+) = Corruption\(/).map(\.output.1)
    }
    #expect(corruptions.count >= 19 && Set(corruptions) == Set(listed) && listed.count == corruptions.count)
  }

  @Test func everyTextureIsInTheCatalogue() throws {
    let files = try Self.swiftFiles(in: "Sources/Silhouettes")
    let catalogue = try #require(files.first { $0.path.hasSuffix("/TextureCatalogue.swift") }).text
    let textures = files.flatMap { file in
      file.text.matches(of: /struct (\w+): Texture[ ,]/).map { String($0.output.1) }
    }
    #expect(textures.count >= 20)
    for texture in textures {
      #expect(catalogue.contains("\(texture).self"), "\(texture) is not in TextureCatalogue")
    }
  }

  @Test func everyLayerWithParametersCanBeTrained() throws {
    let files = try Self.swiftFiles(in: "Sources/Layers")
    let all = files.map { $0.text }.joined()
    let layers = files.filter {
      $0.text.contains(": Layer") && $0.text.contains("var parameters: [String: Tensor] {")
    }
    .map { URL(fileURLWithPath: $0.path).deletingPathExtension().lastPathComponent }
    .filter { $0 != "Layer" }
    #expect(layers.count >= 3)
    for layer in layers {
      #expect(all.contains("extension \(layer): TrainableLayer"), "\(layer) cannot be trained")
    }
  }

  @Test func everyLayerHasItsOwnTests() throws {
    let layers = try Self.swiftFiles(in: "Sources/Layers").filter {
      $0.text.contains(/struct \w+: Layer[ ,]/)
    }
    .map { URL(fileURLWithPath: $0.path).deletingPathExtension().lastPathComponent }
    #expect(layers.count >= 11)
    let tests = try Self.swiftFiles(in: "Tests/LayersTests").map { $0.text }.joined()
    for layer in layers {
      #expect(tests.contains("struct \(layer)Tests"), "\(layer) has no suite of its own")
    }
  }

  @Test func everyCommandIsListed() throws {
    let files = try Self.swiftFiles(in: "Sources/patchwork")
    let lists = files.map { $0.text }.joined()
    let names = files.filter { $0.path.contains("/Commands/") }.flatMap { file in
      file.text.matches(of: /struct (\w+Command): ParsableCommand/).map { String($0.output.1) }
    }
    #expect(names.count >= 14)
    for name in names {
      #expect(lists.contains("\(name).self"), "\(name) is no subcommand of anything")
    }
  }
}
