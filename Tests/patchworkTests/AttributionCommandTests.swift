import Checkpoints
import Foundation
import Probes
import Studies
import Testing

extension CommandLineTests {
  /// `patchwork attribution`, and `heatmap --method` beyond gradients and occlusion.
  @Suite struct Attributions {
    @Test func scoresEveryNetworkAndKeepsWhatItFound() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addModel("resnet18", card: "res.json")
      try workspace.addCorpus(count: 2)
      try workspace.add("corpus/red/words.png", "these are words\n")
      let line =
        "attribution --model bag.json res.json --corpus corpus --methods evidence deeplift grad-cam random "
        + "--subsets 5 --quiet"
      try await workspace.expectFailure(line, code: 64, says: "BagNet")
      let methods = line.replacing("evidence ", with: "")
      let document = try await workspace.json("\(methods) --study study.sqlite")
      document.expectWellKept()
      let models = try document.list("models")
      #expect(try models.map { try $0.text("name") } == ["tiny-bagnet9", "tiny-resnet18"])
      for (place, model) in models.enumerated() {
        #expect(try model.integer("n") == 6 && model.integer("skipped") == 1)
        let methods = try model.list("methods")
        #expect(try methods.map { try $0.text("name") } == ["deeplift", "grad_cam", "random"])
        for method in methods {
          #expect((method["deletion"] as? [Double])?.count == 21)
          #expect((method["pearson"] is NSNull) == (place == 1))
        }
        #expect((methods[0]["relative_error"] is NSNull) == (place == 1))
        #expect(methods[1]["relative_error"] is NSNull)
      }
      let results = try Study(reading: workspace.path("study.sqlite")).results(AttributionScoreResult.self)
      #expect(results.map(\.model) == ["tiny-bagnet9", "tiny-resnet18"])
      let area = try #require(models[0].list("methods")[0]["deletion_area"] as? [String: Any])
      // Reading a decimal back may change its last bit.
      let mean = try #require(area["mean"] as? Double)
      let kept = try #require(results[0].summaries[0].deletionArea?.value)
      #expect(abs(mean - kept) < 1e-12)
      try await workspace.succeed("report study.sqlite --out page.html")
      let page = String(decoding: try workspace.data("page.html"), as: UTF8.self)
      #expect(page.contains("<section id=\"attribution\"") && page.contains("Grad-CAM"))
      try await workspace.succeed("study export study.sqlite --csv --out tables")
      #expect(workspace.exists("tables/attribution.csv"))
      // The evidence map is scored of BagNets where nothing else is said.
      let table = try await workspace.succeed(
        "attribution --model bag.json --corpus corpus --limit 1 --subsets 2 --quiet")
      let lines = table.stdout.split(separator: "\n")
      #expect(lines.count == 11 && lines[1].hasPrefix("evidence") && lines[10].hasPrefix("random"))
    }

    @Test func threadsChangeNothingAndTheSeedDecidesTheFloor() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 1)
      let line =
        "attribution --model bag.json --corpus corpus --methods smoothgrad random --subsets 4 --quiet --json"
      let one = try await workspace.succeed("\(line) --seed 1 --threads 1")
      let two = try await workspace.succeed("\(line) --seed 1 --threads 2")
      let other = try await workspace.succeed("\(line) --seed 2")
      #expect(one.stdout == two.stdout && one.stdout != other.stdout)
    }

    @Test func aKilledRunGoesOnAndAnswersAsAnUninterruptedOne() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addSlowCorpus(count: 40, side: 1000)
      try await workspace.checkResumption(
        "attribution --model bag.json --corpus corpus --methods deeplift random --subsets 3 --study killed.sqlite --json",
        after: 3, of: 40)
    }

    @Test func heatmapWritesWhatAnAttributionWasPutTogetherFrom() async throws {
      let workspace = try Workspace()
      try workspace.addModel("resnet18", card: "res.json")
      try workspace.addPicture()
      let kept = [
        "smoothgrad": ["gradient", "values"], "integrated_gradients": ["channels", "gradient", "values"],
        "deeplift": ["channels", "values"], "lrp": ["channels", "values"], "grad_cam": ["cells", "values"],
      ]
      for (method, names) in kept {
        let document = try await workspace.json(
          "heatmap --model res.json --image photo.png --method \(method) --out \(method).png --values \(method).safetensors"
        )
        let tensors = try Checkpoint.read(workspace.path("\(method).safetensors")).tensors
        #expect(tensors.keys.sorted() == names)
        let values = try #require(tensors["values"])
        #expect(values.shape == [41, 41] && Set(values.elements).count > 4)
        #expect(document["method"] as? String == method && document.root.isNull("map_sum_logit"))
        let sum = values.elements.reduce(0) { $0 + Double($1) }
        #expect(abs(try document.number("map_sum") - sum) < 1e-6)
        if let channels = tensors["channels"] {
          #expect(channels.shape == [3, 41, 41])
          let total = channels.elements.reduce(0) { $0 + Double($1) }
          #expect(abs(total - sum) < 1e-4)
        }
        let compares = method == "deeplift" || method == "integrated_gradients"
        #expect(document.root.isNull("reference_logit") == !compares)
        if method == "deeplift" {
          let difference = try document.number("logit") - document.number("reference_logit")
          #expect(abs(sum - difference) < 1e-4 * max(1, abs(difference)))
        }
      }
    }
  }
}
