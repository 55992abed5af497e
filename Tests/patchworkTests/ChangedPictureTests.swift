import Checkpoints
import Files
import Foundation
import Imaging
import Models
import Probes
import Studies
import Tensors
import Testing

extension CommandLineTests {
  /// `patchwork perturb --out`
  @Suite struct ChangedPictures {
    /// A changed picture as it stands in a folder.
    private struct Kept {
      let picture: Tensor
      let changed: Tensor
      let metadata: [String: String]

      init(_ path: String) throws {
        let file = try Checkpoint.read(path)
        picture = try #require(file.tensors["picture"])
        changed = try #require(file.tensors["changed"])
        metadata = file.metadata
      }

      /// The farthest that a pixel moved.
      var greatestChange: Float {
        zip(picture.elements, changed.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
      }
    }

    @Test func keepsEveryPictureAttackedAsTheNetworkWasShownIt() async throws {
      let workspace = try Workspace()
      try workspace.addModel(name: "tiny/bagnet9")
      try workspace.addCorpus(count: 3)
      try workspace.add("corpus/red/words.png", "these are words\n")
      let document = try await workspace.json(
        "perturb --attack pgd --epsilon 16/255 2/255 --model bag.json --corpus corpus --out kept/here --study s.sqlite "
          + "--quiet")
      #expect(try document.list("models")[0].text("pictures") == "kept/here/tiny-bagnet9")
      let results = try Study(reading: workspace.path("s.sqlite")).results(PerturbationResult.self)
      #expect(results.count == 2)
      let model = try ModelLoader.load(workspace.path("bag.json"))
      for (result, epsilon) in zip(results, [2, 16]) {
        let folder = "kept/here/tiny-bagnet9/pgd-linf-\(epsilon)-255"
        #expect(!result.attacked.isEmpty)
        for answer in result.attacked {
          let kept = try Kept(workspace.path("\(folder)/\(answer.image).safetensors"))
          #expect(kept.greatestChange > 0 && kept.greatestChange <= Float(epsilon) / 255 + 1e-6)
          #expect(abs(Double(kept.greatestChange) - answer.length) < 1e-6)
          let both = Tensor(stacking: [kept.picture, kept.changed])
          let logits = try model.classifier.logits(of: both, on: Workers(count: 1))
          let named = (0..<2).map { row in
            logits.withRow(row) { logits in logits.indices.max { logits[$0] < logits[$1] } ?? 0 }
          }
          #expect(named == [answer.clean, answer.adversarial])
          let classes = [answer.label, answer.clean, answer.adversarial].map { TinyNetwork.classes[$0] }
          #expect(
            kept.metadata == [
              "image": answer.image, "class": classes[0], "named": classes[1],
              "named_when_changed": classes[2],
            ])
          let shown = try Picture(contentsOf: workspace.path("\(folder)/\(answer.image).png")).tensor
          let rounding = zip(shown.elements, kept.changed.elements).map { abs($0 - $1) }.max()
          #expect(try #require(rounding) <= 0.5 / 255 + 1e-6)
        }
        let files = workspace.listing().keys.filter { $0.hasPrefix(folder) }
        #expect(files.count == 2 * result.attacked.count + 1, "and what says how they were made")
      }
    }

    @Test func keepsTheOneChangeThatIsAddedToAll() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 6)
      try await workspace.succeed(
        "perturb --attack uap-gradient --steps 4 --batch 4 --epsilon 40/255 --model bag.json --corpus corpus "
          + "--study s.sqlite --out kept --quiet")
      let folder = "kept/tiny-bagnet9/uap-gradient-linf-40-255"
      let change = try #require(
        try Checkpoint.read(workspace.path("\(folder)/change.safetensors")).tensors["change"])
      #expect(change.shape == [3, 41, 41])
      let result = try #require(
        try Study(reading: workspace.path("s.sqlite")).results(PerturbationResult.self).first)
      #expect(!result.answers.isEmpty)
      for answer in result.answers {
        let kept = try Kept(workspace.path("\(folder)/\(answer.image).safetensors"))
        let added = zip(kept.picture.elements, change.elements).map { min(max($0 + $1, 0), 1) }
        #expect(kept.changed.elements == added)
      }
      #expect(workspace.exists("\(folder)/change.png"))
    }

    @Test func namesFoldersAfterAttacks() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addCorpus(count: 1)
      let end = " --model bag.json --corpus corpus --out kept/ --quiet"
      try await workspace.succeed("perturb --attack deepfool --norm l2 --epsilon 0.5 1" + end)
      try await workspace.succeed("perturb --attack lavan --steps 5 --side 7" + end)
      try await workspace.succeed("perturb --attack fgsm --epsilon 0.1" + end)
      let folders = try FileManager.default.contentsOfDirectory(atPath: workspace.path("kept/tiny-bagnet9"))
      #expect(folders.sorted() == ["deepfool-l2", "fgsm-linf-0.1", "lavan-side-7"])
      #expect(fileName("bagnet9/silhouettes") == "bagnet9-silhouettes")
      #expect(fileName("..") == "--" && fileName("") == "-")
    }

    @Test func aKilledRunKeepsEveryPictureOfItsAnswers() async throws {
      let workspace = try Workspace()
      try workspace.addModel()
      try workspace.addSlowCorpus(count: 160, side: 600)
      let line =
        "perturb --attack pgd --steps 3 --epsilon 2/255 --model bag.json --corpus corpus --study killed.sqlite "
        + "--out kept"
      _ = try await workspace.stop(line, study: "killed.sqlite", after: 32, of: 160, by: SIGKILL)
      try await workspace.succeed(line)
      try await workspace.succeed(
        line.replacing("--out kept", with: "--out whole").replacing("killed", with: "other"))
      let files = workspace.listing().keys.filter { $0.hasPrefix("whole/") }
      #expect(files.count > 100 && !files.contains { $0.contains("partial") })
      for file in files {
        #expect(
          try workspace.data(file) == workspace.data(file.replacing("whole/", with: "kept/")), "\(file)")
      }
      #expect(workspace.listing().keys.count { $0.hasPrefix("kept/") } == files.count)
    }

    @Test func saysWhatDoesNotGoTogether() async throws {
      let workspace = try Workspace()
      try workspace.addModel(name: "tiny-net")
      try workspace.addModel("resnet18", card: "res.json", name: "tiny/net")
      try workspace.addSlowCorpus(count: 160, side: 600)
      let line = "perturb --attack fgsm --epsilon 2/255 --corpus corpus --model bag.json"
      try await workspace.expectFailure(
        line + " res.json --out kept", code: 64, says: "names give different folders", "kept/tiny-net")
      try await workspace.succeed(line + " --limit 2 --out kept --quiet")
      try await workspace.expectFailure(
        line + " --limit 3 --out kept", code: 64, says: "made with limit 3, found some made with 2")
      try workspace.add("full/tiny-net/fgsm-linf-2-255/notes.txt", "mine")
      try await workspace.expectFailure(line + " --out full", code: 64, says: "holds something else")
      _ = try await workspace.stop(
        line + " --study s.sqlite", study: "s.sqlite", after: 32, of: 160, by: SIGKILL)
      let late = try await workspace.run(line + " --study s.sqlite --out late --quiet")
      late.expectError(code: 64, says: ["of an interrupted run in late", "found 0", "--study"])
      #expect(!workspace.exists("late"))
    }
  }
}
