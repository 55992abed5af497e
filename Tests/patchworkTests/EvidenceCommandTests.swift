import Checkpoints
import Foundation
import Imaging
import Studies
import Testing

extension CommandLineTests {
  /// `patchwork evidence`
  @Suite struct Evidence {
    @Test func writesSheetsTableAndDocument() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 4)
      try workspace.add("corpus/red/words.png", "these are words\n")
      let document = try await workspace.json(
        "evidence --model bag.json --corpus corpus --patches 3 --out found --study study.sqlite --quiet")
      document.expectWellKept()
      #expect(try document.root.integer("n") == 12 && document.root.integer("skipped") == 1)
      #expect(try document.root.integer("patch") == 9 && document.root.integer("stride") == 8)
      let classes = try document.list("classes")
      #expect(try classes.map { try $0.text("class") } == ["c_red", "c_green", "c_blue"])
      for (entry, own) in zip(classes, ["red", "green", "blue"]) {
        for side in ["telling", "distractors"] {
          let found = try #require(entry[side] as? [String: Any])
          let patches = try found.list("patches")
          #expect(patches.count == 3 && found["whole"] as? Bool == true)
          let logits = try patches.map { try $0.number("logit") }
          #expect(logits == logits.sorted(by: >))
          for patch in patches {
            #expect(try (patch.text("class_name") == own) == (side == "telling"))
            #expect(try patch.text("image").hasPrefix(patch.text("class_name")))
          }
          // The strongest patch is the greatest cell of its picture's map.
          let first = patches[0]
          let image = try first.text("image")
          try await workspace.succeed(
            "heatmap --model bag.json --image corpus/\(image) --class \(own) --out map.png --values map.safetensors"
          )
          let cells = try #require(Checkpoint.read(workspace.path("map.safetensors")).tensors["values"])
          let greatest = try #require(cells.elements.max())
          #expect(abs(Double(greatest) - logits[0]) < 1e-5 * max(1, abs(logits[0])))
          let place = try #require(cells.elements.firstIndex(of: greatest))
          #expect(try first.integer("x") == place % 5 * 8 && first.integer("y") == place / 5 * 8)
        }
        let sheet = try Picture(contentsOf: workspace.path("found/\(entry.text("sheet"))"))
        #expect(sheet.width > 300 && Set(sheet.bytes).count > 50)
      }
      let rows = String(decoding: try workspace.data("found/evidence.csv"), as: UTF8.self).split(
        separator: "\n")
      #expect(rows.count == 1 + 3 * 2 * 3)
      #expect(rows[0] == "class,side,rank,image,image_class,x,y,logit,predicted")
      #expect(rows[1].hasPrefix("c_red,telling,1,red/") && rows[4].hasPrefix("c_red,distractor,1,"))
      let written = try JSONDocument(
        String(decoding: try workspace.data("found/evidence.json"), as: UTF8.self))
      #expect(try written.list("classes").count == 3)
      #expect(try Picture(contentsOf: workspace.path("found/classes.png")).height > 300)
      try await workspace.succeed("report study.sqlite --out page.html")
      let page = String(decoding: try workspace.data("page.html"), as: UTF8.self)
      #expect(page.contains("<section id=\"telling-patches\""))
      try await workspace.succeed("study export study.sqlite --csv --out tables")
      #expect(workspace.exists("tables/evidence-patches.csv"))
    }

    @Test func asksAboutTheClassesThatAreNamedOrThatTheCorpusHolds() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 2)
      let named = try await workspace.json(
        "evidence --model bag.json --corpus corpus --class blue c_red --out found")
      #expect(try named.list("classes").map { try $0.text("class_name") } == ["red", "blue"])
      #expect(!workspace.exists("found/001-c_green.png"))
      // The first two pictures are blue.
      let few = try await workspace.json("evidence --model bag.json --corpus corpus --limit 2 --out found")
      #expect(try few.list("classes").map { try $0.text("class_name") } == ["blue"])
      let distractors = try #require(few.list("classes")[0]["distractors"] as? [String: Any])
      #expect(try distractors.list("patches").isEmpty)
      let text = try await workspace.succeed(
        "evidence --model bag.json --corpus corpus --limit 2 --out found")
      #expect(text.stdout.hasPrefix("blue: 2 telling patches") && text.stdout.contains("no distractors"))
    }

    @Test func threadsChangeNoByte() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 12)
      let line = "evidence --model bag.json --corpus corpus --patches 4 --json --out"
      let one = try await workspace.succeed("\(line) one --threads 1")
      let three = try await workspace.succeed("\(line) three --threads 3")
      #expect(one.stdout == three.stdout)
      let names = workspace.listing().keys.filter { $0.hasPrefix("one/") }.map { $0.dropFirst(4) }
      #expect(names.count == 6)
      for name in names {
        #expect(try workspace.data("one/\(name)") == workspace.data("three/\(name)"), "\(name)")
      }
    }

    @Test func aKilledRunGoesOnAndAnswersAsAnUninterruptedOne() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addSlowCorpus(count: 120, side: 1000)
      try await workspace.checkResumption(
        "evidence --model bag.json --corpus corpus --out found --study killed.sqlite --json", after: 20,
        of: 120)
    }

    @Test func refusesWhatItCannotAnswer() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addModel("resnet18", card: "res.json")
      try workspace.addCorpus(count: 1)
      try workspace.add("broken/red/words.png", "these are words\n")
      for (line, code, words) in [
        ("evidence --model res.json --corpus corpus --out found", 64, "BagNet"),
        ("evidence --model bag.json --corpus corpus --class gren --out found", 64, "green"),
        ("evidence --model bag.json --corpus corpus --patches 0 --out found", 64, "from 1 to 100"),
        ("evidence --model bag.json --corpus corpus", 64, "--out"),
        ("evidence --model bag.json --corpus gone --out found", 66, "gone"),
        ("evidence --model gone.json --corpus corpus --out found", 66, "gone.json"),
        ("evidence --model bag.json --corpus broken --out found --quiet", 65, "none among 1"),
        ("evidence --model bag.json --corpus corpus --out bag.json", 1, "bag.json"),
      ] as [(String, Int32, String)] {
        try await workspace.expectFailure(line, code: code, says: words)
      }
    }
  }
}
