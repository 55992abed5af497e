import Foundation
import Imaging
import Probes
import Studies
import Testing

extension CommandLineTests {
  /// `patchwork distortions` on made pictures.
  @Suite struct Distortions {
    @Test func countsEachLevelOfEachKindForEveryNetwork() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addModel("resnet18", card: "res.json")
      try workspace.addCorpus(count: 4)
      try workspace.add("corpus/red/words.png", "these are words\n")
      let document = try await workspace.json(
        "distortions --model bag.json res.json --corpus corpus --study study.sqlite --quiet")
      document.expectWellKept()
      let models = try document.list("models")
      #expect(try models.map { try $0.text("name") } == ["tiny-bagnet9", "tiny-resnet18"])
      let expected: [(String, [Double])] = [
        ("noise", [0, 0.03, 0.05, 0.1, 0.2, 0.35, 0.6, 0.9]), ("low-pass", [0, 1, 3, 5, 7, 10, 15, 40]),
        ("contrast", [1, 0.5, 0.3, 0.15, 0.1, 0.05, 0.03, 0.01]),
      ]
      for model in models {
        #expect(try model.integer("n") == 12 && model.integer("skipped") == 1)
        let kinds = try model.list("kinds")
        #expect(try kinds.map { try $0.text("name") } == expected.map(\.0))
        for (kind, (_, levels)) in zip(kinds, expected) {
          let found = try kind.list("levels")
          #expect(try found.map { try $0.number("level") } == levels)
          for level in found {
            let share = try level.number("top1")
            #expect(try share == Double(level.integer("top1_correct")) / 12)
            let interval = try #require(level["top1_interval"] as? [Double])
            #expect(interval.count == 2 && interval[0] <= share && share <= interval[1])
          }
        }
        // Contrast and filter begin with the same grey picture.
        #expect(
          try kinds[1].list("levels")[0].integer("top1_correct")
            == kinds[2].list("levels")[0].integer("top1_correct"))
      }
      // What the study holds is what was printed.
      let results = try Study(reading: workspace.path("study.sqlite")).results(
        DistortionResult.self, .distortions)
      #expect(results.map(\.model) == ["tiny-bagnet9", "tiny-resnet18"])
      #expect(
        try results[0].curves.flatMap { $0.points.map(\.correct) }
          == models[0].list("kinds").flatMap { try $0.list("levels").map { try $0.integer("top1_correct") } })
      // On pictures whose colour is all there is to know, grey leaves every class the same look.
      #expect(results[0].curves[2].points[0].correct < 12)

      let written = try await workspace.json("report study.sqlite --out page.html")
      #expect(written["written"] as? [String] == ["page.html", "page.json"])
      let page = String(decoding: try workspace.data("page.html"), as: UTF8.self)
      #expect(page.contains("<section id=\"distortions\"") && page.contains("Reduced contrast"))
    }

    @Test func printsATableForEachKindAskedFor() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 2)
      let text = try await workspace.succeed(
        "distortions --model bag.json --corpus corpus --kind contrast noise --limit 4 --quiet")
      #expect(text.stderr.isEmpty)
      let lines = text.stdout.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count == 6 && lines[2].isEmpty)
      #expect(lines[0].hasPrefix("uniform noise: ") && lines[3].hasPrefix("reduced contrast: "))
      #expect(lines[3].contains(" 100 ") && lines[3].hasSuffix(" 1"))
      #expect(lines[1].hasPrefix("tiny-bagnet9") && lines[1].split(separator: "%").count == 8)
      let document = try await workspace.json(
        "distortions --model bag.json --corpus corpus --kind low-pass --limit 4 --quiet")
      let kinds = try document.list("models")[0].list("kinds")
      #expect(try kinds.map { try $0.text("name") } == ["low-pass"])
    }

    @Test func theSeedDecidesTheNoiseAndThreadsDoNot() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 8)
      let line = "distortions --model bag.json --corpus corpus --quiet --study"
      for (study, options) in [
        ("one", "--seed 1 --threads 1"), ("two", "--seed 1 --threads 2"), ("other", "--seed 2"),
      ] { try await workspace.succeed("\(line) \(study).sqlite \(options)") }
      let results = try ["one", "two", "other"].map {
        try #require(
          try Study(reading: workspace.path("\($0).sqlite")).results(DistortionResult.self, .distortions)
            .first)
      }
      #expect(results[0] == results[1])
      #expect(
        results[0].answers.map { $0.answers.prefix(8) } != results[2].answers.map { $0.answers.prefix(8) })
      #expect(
        results[0].answers.map { $0.answers.dropFirst(8) }
          == results[2].answers.map { $0.answers.dropFirst(8) })
    }

    @Test func aKilledRunGoesOnAndAnswersAsAnUninterruptedOne() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addSlowCorpus(count: 90, side: 1000)
      try await workspace.checkResumption(
        "distortions --model bag.json --corpus corpus --study killed.sqlite --json", after: 8, of: 90)
      let studies = try ["killed", "whole"].map {
        try Study(reading: workspace.path("\($0).sqlite")).results(DistortionResult.self, .distortions)
      }
      #expect(Set(studies[0][0].answers) == Set(studies[1][0].answers) && studies[0][0].count == 90)
    }

    @Test func whatCannotBeMeasuredIsNull() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.add("corpus/red/words.png", "these are words\n")
      let document = try await workspace.json("distortions --model bag.json --corpus corpus --quiet")
      document.expectWellKept()
      let model = try document.list("models")[0]
      #expect(try model.integer("n") == 0 && model.integer("skipped") == 1)
      let level = try model.list("kinds")[0].list("levels")[0]
      #expect(level.isNull("top1") && level.isNull("top1_interval"))
    }
  }
}
