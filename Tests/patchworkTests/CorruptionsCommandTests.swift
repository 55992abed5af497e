import Foundation
import Imaging
import Probes
import Studies
import Testing

extension CommandLineTests {
  /// `patchwork corruptions` on made pictures.
  @Suite struct Corruptions {
    @Test func measuresEveryTypeAndSeverityAgainstABaseline() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addModel("resnet18", card: "res.json")
      try workspace.addCorpus(count: 3)
      try workspace.add("corpus/red/words.png", "these are words\n")
      let document = try await workspace.json(
        "corruptions --model bag.json --baseline res.json --corpus corpus --study study.sqlite --quiet")
      document.expectWellKept()
      #expect(document["baseline"] as? String == "tiny-resnet18")
      let models = try document.list("models")
      // The baseline is asked although it is not among the networks.
      #expect(try models.map { try $0.text("name") } == ["tiny-resnet18", "tiny-bagnet9"])
      for model in models {
        #expect(try model.integer("n") == 9 && model.integer("skipped") == 1)
        #expect(try model.integer("mce_types") == 15 && model["mce_whole"] as? Bool == true)
        let types = try model.list("types")
        #expect(types.count == 15)
        for type in types {
          let severities = try type.list("severities")
          #expect(try severities.map { try $0.integer("severity") } == [1, 2, 3, 4, 5])
          let correct = try severities.map { try $0.integer("top1_correct") }
          for (severity, count) in zip(severities, correct) {
            let share = try severity.number("top1")
            #expect(abs(share - Double(count) / 9) < 1e-12)
            let interval = try #require(severity["top1_interval"] as? [Double])
            #expect(interval.count == 2 && interval[0] <= share && share <= interval[1])
          }
          let mean = 1 - Double(correct.reduce(0, +)) / 45
          #expect(abs(try type.number("mean_error") - mean) < 1e-12)
        }
      }
      // Against itself a baseline is 100, where it errs at all.
      for type in try models[0].list("types") where !type.isNull("corruption_error") {
        #expect(abs(try type.number("corruption_error") - 100) < 1e-9)
      }
      // What the study holds is what was printed, and apart from distortions.
      let study = try Study(reading: workspace.path("study.sqlite"))
      #expect(
        try study.results(DistortionResult.self, .corruptions).map(\.model) == [
          "tiny-resnet18", "tiny-bagnet9",
        ])
      #expect(try study.results(DistortionResult.self, .distortions).isEmpty)
      let written = try await workspace.json("report study.sqlite --out page.html")
      #expect(written["written"] as? [String] == ["page.html", "page.json"])
      let page = String(decoding: try workspace.data("page.html"), as: UTF8.self)
      #expect(page.contains("<section id=\"corruptions\"") && page.contains("Relative mCE"))
    }

    @Test func takesTypesAndSeveritiesAndPrintsTables() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 2)
      let text = try await workspace.succeed(
        "corruptions --model bag.json --corpus corpus --types fog contrast --severities 5 2 --limit 4 --quiet"
      )
      #expect(text.stderr.isEmpty)
      let lines = text.stdout.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines[0].hasPrefix("tiny-bagnet9: accuracy by severity") && lines[0].hasSuffix(" 5"))
      #expect(lines[1].hasPrefix("clean") && lines[2].hasPrefix("fog") && lines[3].hasPrefix("contrast"))
      #expect(lines[5].hasPrefix("network") && !lines[5].contains("mCE"))
      let document = try await workspace.json(
        "corruptions --model bag.json --corpus corpus --types spatter --limit 4 --quiet")
      let model = try document.list("models")[0]
      #expect(document.root.isNull("baseline") && model.isNull("mce"))
      #expect(try model.text("mce_reason") == "no baseline was chosen" && model.isNull("mean_error"))
      for wrong in [
        "--types rain", "--types fog --extra", "--severities 6", "--severities 0", "--baseline nothing.json",
      ] {
        let run = try await workspace.run("corruptions --model bag.json --corpus corpus \(wrong)")
        #expect([64, 66].contains(run.exitCode) && run.stdout.isEmpty, "\(wrong): \(run.stderr)")
        #expect(run.stderr.split(separator: "\n").count == 1, "\(run.stderr)")
      }
    }

    @Test func theSeedDecidesAndThreadsDoNot() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 4)
      let line =
        "corruptions --model bag.json --corpus corpus --types gaussian_noise frost contrast --quiet --study"
      for (study, options) in [
        ("one", "--seed 1 --threads 1"), ("two", "--seed 1 --threads 2"), ("other", "--seed 2"),
      ] { try await workspace.succeed("\(line) \(study).sqlite \(options)") }
      let results = try ["one", "two", "other"].map {
        try #require(
          try Study(reading: workspace.path("\($0).sqlite")).results(DistortionResult.self, .corruptions)
            .first)
      }
      #expect(results[0] == results[1])
      // Clean and contrast have nothing random: places 0, and 11 to 15.
      #expect(
        results[0].answers.map { $0.answers.suffix(5) } == results[2].answers.map { $0.answers.suffix(5) })
    }

    @Test func goesOnWhereAnInterruptedRunStopped() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addSlowCorpus(count: 60, side: 1000)
      try await workspace.checkResumption(
        "corruptions --model bag.json --corpus corpus --types fog --study killed.sqlite --json", after: 8,
        of: 60)
    }

    @Test func writesASheetOfOnePicture() async throws {
      let workspace = try Workspace()
      try workspace.addPicture()
      let document = try await workspace.json(
        "corruptions sheet --image photo.png --types jpeg_compression snow --side 32 --out sheet.png")
      #expect(document["rows"] as? [String] == ["snow", "jpeg_compression"])
      let sheet = try Picture(contentsOf: workspace.path("sheet.png"))
      #expect(sheet.width == 6 * 36 + 4 && sheet.height == 2 * 36 + 4)
      // The picture as it is stands first in both rows.
      #expect(
        (0..<32).allSatisfy { sheet[x: 4 + $0, y: 10, channel: 1] == sheet[x: 4 + $0, y: 46, channel: 1] })
      let again = try await workspace.succeed(
        "corruptions sheet --image photo.png --types snow jpeg_compression --side 32 --out again.png --threads 1"
      )
      #expect(again.stdout.contains(" 1  snow\n"))
      #expect(try workspace.data("sheet.png") == workspace.data("again.png"))
      let missing = try await workspace.run("corruptions sheet --image none.png --out x.png")
      #expect(missing.exitCode == 66)
    }
  }
}
