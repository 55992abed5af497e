import Testing

extension CommandLineTests {
  /// What `-h` and `--version` say.
  @Suite struct Help {
    static let commands = [
      "", "models", "models list", "models show", "weights", "weights inspect", "weights convert", "classify",
      "evaluate", "heatmap", "sticker", "sticker make", "sticker test", "sticker apply", "texture-bias",
      "report", "bench",
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

    @Test(arguments: commands)
    func everyOptionIsExplained(_ command: String) async throws {
      let workspace = try Workspace()
      let text = try await workspace.succeed(command + " -h").stdout
      // An entry begins two spaces in; its words stand from column 26 on, on its line or the next.
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let start = lines.firstIndex { $0 == "OPTIONS:" } ?? lines.endIndex
      var options = 0
      for (place, line) in lines.enumerated() where place > start {
        guard line.hasPrefix("  -") else { continue }
        options += 1
        let next = place + 1 < lines.count ? lines[place + 1] : ""
        let own = line.dropFirst(2).contains("  ") || (line.count > 26 && line.dropFirst(25).first == " ")
        let explained = own || next.hasPrefix(String(repeating: " ", count: 24))
        #expect(explained, "\(command): no words for \(line)")
      }
      #expect(options > 0, "no options found in:\n\(text)")
    }

    @Test func everyCommandTheHelpListsIsTested() async throws {
      let workspace = try Workspace()
      for command in ["", "models", "weights", "sticker"] {
        let text = try await workspace.succeed(command + " -h").stdout
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0 == "SUBCOMMANDS:" }, "no subcommands in \(text)")
        let listed = lines[(start + 1)...].prefix { !$0.isEmpty }
          .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
          .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(!listed.isEmpty)
        for name in listed {
          let whole = command.isEmpty ? name : "\(command) \(name)"
          #expect(Help.commands.contains(whole), "\(whole) is not in this test's list")
        }
      }
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
      for method in ["saliency", "gradient_times_input"] { #expect(heatmap.contains(method)) }
    }
  }
}
