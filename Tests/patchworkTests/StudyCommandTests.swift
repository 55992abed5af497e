import Foundation
import Testing

extension CommandLineTests {
  /// `patchwork study` on a small study.
  @Suite struct StudyFiles {
    private func measured(_ workspace: Workspace) async throws {
      try workspace.addModel()
      try workspace.addCorpus(count: 2)
      try await workspace.succeed("evaluate --model bag.json --corpus corpus --study a.sqlite --quiet")
      try await workspace.succeed(
        "perturb --attack fgsm --epsilon 2/255 --model bag.json --corpus corpus --study b.sqlite --quiet")
    }

    @Test func showsMergesAndExports() async throws {
      let workspace = try Workspace()
      try await measured(workspace)
      let merged = try await workspace.json("study merge a.sqlite b.sqlite --out both.sqlite")
      merged.expectWellKept()
      #expect(try merged.list("studies").map { try $0.integer("added") } == [1, 1])
      let shown = try await workspace.json("study show both.sqlite")
      let runs = try shown.list("runs")
      #expect(try runs.map { try $0.text("kind") } == ["accuracy", "perturbations"])
      #expect(try runs.map { try $0.integer("answers") } == [6, 6])
      let table = try await workspace.succeed("study show both.sqlite")
      #expect(table.stdout.contains("attack fgsm, norm linf, epsilon 0.00784"))

      let exported = try await workspace.json("study export both.sqlite --csv --out tables")
      #expect(
        exported["written"] as? [String] == [
          "tables/runs.csv", "tables/accuracy.csv", "tables/perturbations.csv",
        ])
      let text = String(decoding: try workspace.data("tables/perturbations.csv"), as: UTF8.self)
      let lines = text.split(separator: "\n")
      #expect(
        lines[0] == "run,image,class,clean,adversarial,length,queries,found_by,gradient_vanished,x,y,side"
          && lines.count == 7)
      #expect(lines[1].hasPrefix("2,") && lines[1].contains(",c_"))
      let page = try await workspace.succeed("report both.sqlite --out page.html")
      #expect(page.exitCode == 0)
    }

    @Test func failsOnGatesAfterWritingThePage() async throws {
      let workspace = try Workspace()
      try await measured(workspace)
      let held = try await workspace.json(
        "report a.sqlite b.sqlite --out held.html --fail-if tiny-bagnet9.clean_accuracy>1 *.robust_accuracy[fgsm]<0"
      )
      #expect((held["gates"] as? [[String: Any]])?.map { $0["state"] as? String } == ["not met", "not met"])
      let failed = try await workspace.run(
        "report a.sqlite b.sqlite --out page.html --fail-if tiny-bagnet9.clean_accuracy>=0")
      #expect(failed.exitCode == 2 && failed.stdout.hasPrefix("page.html\npage.json\ngate 'tiny-"))
      #expect(
        failed.stderr.contains("gate 'tiny-bagnet9.clean_accuracy>=0' met: accuracy[")
          && failed.stderr.last == "\n")
      #expect(workspace.exists("page.html") && workspace.exists("page.json"))
      try await workspace.expectFailure(
        "report a.sqlite --out none.html --fail-if tiny-bagnet9.sticker_success>0.5", code: 64,
        says: "found none")
      try await workspace.expectFailure(
        "report a.sqlite --out none.html --fail-if tiny-bagnet9.beauty>0.5", code: 64, says: "clean_accuracy")
      #expect(!workspace.exists("none.html"))
    }

    @Test func comparesTwoStudies() async throws {
      let workspace = try Workspace()
      try await measured(workspace)
      let same = try await workspace.succeed("report diff a.sqlite a.sqlite")
      #expect(same.stdout.hasPrefix("0 of 2 numbers changed beyond noise, 0 within, 2 are the same"))
      try await workspace.succeed("report diff a.sqlite a.sqlite --fail-if worse *.clean_accuracy<-1%")
      let met = try await workspace.run("report diff a.sqlite a.sqlite --fail-if *.clean_accuracy<1%")
      #expect(met.exitCode == 2 && met.stderr.contains("gate '*.clean_accuracy<1%' met"))
      try await workspace.expectFailure(
        "report diff a.sqlite b.sqlite", code: 65, says: "nothing to compare", "a.sqlite has accuracy[",
        "b.sqlite perturbations[fgsm, linf, 2/255] of tiny-bagnet9")
      try await workspace.succeed("study merge a.sqlite b.sqlite --out both.sqlite")
      let other = try await workspace.succeed("report diff a.sqlite both.sqlite --all")
      #expect(
        other.stdout.contains("only in both.sqlite: perturbations[fgsm, linf, 2/255] of tiny-bagnet9"))
      let document = try await workspace.json("report diff a.sqlite a.sqlite")
      #expect(try document.list("differences").count == 2)
      try await workspace.expectFailure("report diff a.sqlite gone.sqlite", code: 66, says: "gone.sqlite")
    }

    @Test func everyListedGateCanBeGivenBack() async throws {
      let workspace = try Workspace()
      try await measured(workspace)
      let listed = try await workspace.json("report gates a.sqlite b.sqlite").list("measurements")
      #expect(listed.count > 4)
      for number in listed where number["value"] is Double {
        let gate = try number.text("gate")
        #expect(gate.hasPrefix("\(try number.text("kind"))[") && gate.contains("tiny-bagnet9"))
      }
      let table = try await workspace.succeed("report gates a.sqlite")
      #expect(table.stdout.contains("clean_accuracy<"))
    }

    @Test func refusesWhatItCannotWrite() async throws {
      let workspace = try Workspace()
      try await measured(workspace)
      try await workspace.expectFailure(
        "study merge a.sqlite b.sqlite --out a.sqlite", code: 64, says: "a new file")
      try await workspace.expectFailure("study merge a.sqlite --out c.sqlite", code: 64, says: "at least two")
      try await workspace.expectFailure("study export a.sqlite --out t", code: 64, says: "--csv")
      try await workspace.expectFailure("study show none.sqlite", code: 66, says: "none.sqlite")
      try workspace.add("words.txt", "these are words, and no study at all")
      try await workspace.expectFailure(
        "study merge a.sqlite words.txt --out c.sqlite", code: 65, says: "words.txt")
    }
  }
}
