import Probes
import Testing

extension CommandLineTests {
  /// What `-h` and `--version` say.
  @Suite struct Help {
    static let commands = [
      "", "demo", "models", "models list", "models show", "corpora", "corpora list", "corpora make",
      "corpora make drawn", "corpora make cue-conflict", "corpora make stylised",
      "weights",
      "weights inspect", "weights convert", "classify",
      "evaluate", "perturb", "run", "distortions", "corruptions", "corruptions measure", "corruptions sheet",
      "signatures",
      "heatmap", "evidence", "attribution", "localise", "sticker", "sticker make", "sticker test",
      "sticker areas", "sticker transfer", "sticker apply", "sticker print", "sticker palette",
      "sticker calibrate",
      "texture-bias",
      "study", "study show", "study merge", "study export", "report", "report page", "report diff",
      "report gates",
      "report schema",
      "bench",
      "train", "words",
    ]

    @Test(arguments: commands)
    func everyCommandHasAnExampleToPaste(_ command: String) async throws {
      let workspace = try Workspace()
      let run = try await workspace.succeed(command + " -h")
      #expect(run.stderr.isEmpty)
      let lines = run.stdout.split(separator: "\n").map { $0.drop { $0 == " " } }
      let first = "patchwork " + (command.isEmpty ? "" : "\(command.split(separator: " ")[0]) ")
      #expect(lines.contains { $0.hasPrefix(first) }, "no line begins with “\(first)”:\n\(run.stdout)")
      let long = try await workspace.succeed(command + " --help")
      #expect(long.stdout == run.stdout)
    }

    @Test func everyOptionAndCommandIsExplained() async throws {
      let workspace = try Workspace()
      let run = try await workspace.succeed("--experimental-dump-help")
      let root = try #require(try JSONDocument(run.stdout)["command"] as? [String: Any])
      let (seen, options) = try Self.expectExplained(root, path: [])
      #expect(seen.sorted() == Help.commands.sorted(), "this test's list is not the tool's")
      #expect(options > 60, "only \(options) options were found")
    }

    /// Expects words for a command, its options and the commands below it, but for those of the argument
    /// parser itself; gives the commands' names and the number of options.
    private static func expectExplained(_ command: [String: Any], path: [String]) throws -> ([String], Int) {
      let name = path.joined(separator: " ")
      #expect(try !command.text("abstract").isEmpty, "no words for \(name)")
      var (commands, options) = ([name], 0)
      for option in try command.list("arguments") where option["valueName"] as? String != "help" {
        options += 1
        let abstract = option["abstract"] as? String ?? ""
        #expect(!abstract.isEmpty, "\(name): no words for \(option["valueName"] ?? option)")
      }
      for below in command["subcommands"] as? [[String: Any]] ?? [] {
        let next = try below.text("commandName")
        guard next != "help" else { continue }
        let found = try expectExplained(below, path: path + [next])
        commands += found.0
        options += found.1
      }
      return (commands, options)
    }

    @Test func noArgumentsAtAllGiveTheHelp() async throws {
      let workspace = try Workspace()
      let (bare, help) = (try await workspace.succeed(""), try await workspace.succeed("--help"))
      #expect(bare.stdout == help.stdout && bare.stderr.isEmpty)
    }

    @Test func theVersionIsPrinted() async throws {
      let workspace = try Workspace()
      let run = try await workspace.succeed("--version")
      #expect(run.stdout.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil, "\(run.stdout)")
      #expect(run.stderr.isEmpty)
    }

    @Test func noCommandHasUndocumentedValues() async throws {
      let workspace = try Workspace()
      let text = try await workspace.succeed("weights convert -h").stdout
      for storage in ["fp32", "fp16", "bf16"] { #expect(text.contains(storage)) }
      let heatmap = try await workspace.succeed("heatmap -h").stdout
      for method in AttributionMap.Method.allCases { #expect(heatmap.contains(method.rawValue)) }
    }
  }
}
