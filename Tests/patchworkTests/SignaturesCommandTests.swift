import Foundation
import Probes
import Studies
import Testing

extension CommandLineTests {
  /// `patchwork signatures` on made pictures and on the zoo.
  @Suite struct Signatures {
    @Test func asksEverySignatureOfTheZooAndBagNetsAddUp() async throws {
      let workspace = try Workspace()
      let line =
        "signatures --model bagnet9/silhouettes bagnet17/silhouettes alexnet/silhouettes "
        + "--corpus silhouettes:congruent,count=6,seed=4 --mask 8 16 --patches 1 4 --quiet"
      let document = try await workspace.json(line + " --study study.sqlite", timeout: 400)
      document.expectWellKept()
      let names = ["bagnet9/silhouettes", "bagnet17/silhouettes", "alexnet/silhouettes"]
      let shuffling = try document.list("shuffling")
      #expect(try shuffling.map { try $0.text("name") } == names)
      for network in shuffling.prefix(2) {
        #expect(try network.number("inner_difference") < 1e-5)
        for condition in try network.list("conditions") where !(condition["inner_top1"] is NSNull) {
          #expect(try condition.number("inner_top1") == condition.number("inner_whole_top1"))
        }
      }
      #expect(shuffling[2]["inner_difference"] is NSNull)
      #expect(try shuffling[0].list("conditions").count == 12)
      // A BagNet-9 adds up for both masks, a BagNet-17 for those of 16 pixels.
      let interactions = try document.list("interactions")
      let layouts = try interactions.map { try $0.list("layouts") }
      #expect(layouts[0].map { $0["additive"] as? Bool } == [true, true])
      #expect(layouts[1].map { $0["additive"] as? Bool } == [false, true])
      for layout in [layouts[0][0], layouts[0][1], layouts[1][1]] {
        #expect(try layout.number("correlation") > 1 - 1e-6)
        #expect(try layout.number("greatest_difference") < 1e-3)
      }
      #expect(layouts[2].allSatisfy { $0["additive"] is NSNull })
      #expect(try document.list("errors").count == 3)
      let rankings = try document.list("sensitivity")[2].list("rankings").map { try $0.text("ranking") }
      #expect(rankings.prefix(2) == ["evidence of bagnet9/silhouettes", "evidence of bagnet17/silhouettes"])
      #expect(rankings.last == "random" && rankings.contains("saliency") && rankings.contains("occlusion"))
      // What the study holds is what was printed, and it makes a page and tables.
      let study = try Study(reading: workspace.path("study.sqlite"))
      #expect(try study.recorded(ShufflingResult.self).map(\.result.model) == names)
      try await workspace.succeed("report study.sqlite --out page.html")
      let exported = try await workspace.json("study export study.sqlite --csv --out tables")
      let written = try #require(exported["written"] as? [String])
      for name in ["shuffling", "interactions", "sensitivity"] {
        #expect(written.contains { $0.hasSuffix("/\(name).csv") })
      }
    }

    @Test func givesTheSameBytesOnOneThreadOrMany() async throws {
      let workspace = try Workspace()
      let line =
        "signatures --model bagnet9/silhouettes alexnet/silhouettes --corpus silhouettes:congruent,count=4,seed=1 "
        + "--grid 2 --mask 16 --patches 4 --json --quiet --threads "
      let one = try await workspace.succeed(line + "1", timeout: 300)
      let two = try await workspace.succeed(line + "2", timeout: 300)
      #expect(one.stdout == two.stdout && !one.stdout.isEmpty)
    }

    @Test func asksOnlyWhatItIsGiven() async throws {
      let workspace = try Workspace()
      let run = try await workspace.succeed(
        "signatures --model bagnet9/silhouettes --corpus silhouettes:congruent,count=3,seed=1 --only interactions "
          + "--mask 8 --gap 8 32 --quiet")
      let lines = run.stdout.split(separator: "\n")
      #expect(
        lines.count == 2 && lines[0].contains("8 px, 8 px apart") && lines[0].contains("8 px, 32 px apart"))
      #expect(lines[1].contains("exact"))
    }

    @Test func refusesWhatCannotBeAsked() async throws {
      let workspace = try Workspace()
      let line = "signatures --model bagnet9/silhouettes --corpus silhouettes:congruent,count=3,seed=1"
      try await workspace.expectFailure(line + " --only colours", code: 64, says: "shuffling")
      try await workspace.expectFailure(line + " --only interactions --mask 80", code: 64, says: "masks")
      try await workspace.expectFailure(line + " --only shuffling --tile 90", code: 64, says: "tiles")
      try await workspace.expectFailure(line + " --grid 1", code: 64, says: "whole number")
    }
  }

  /// Recorded responses and error consistency in `patchwork texture-bias`.
  @Suite struct Responses {
    @Test func writtenResponsesGiveTheSameNumbersWhenTheyAreRead() async throws {
      let workspace = try Workspace()
      let asked = try await workspace.json(
        "texture-bias --model resnet50/silhouettes bagnet9/silhouettes "
          + "--stimuli silhouettes:cue-conflict,count=48,seed=3 --write-responses answers --quiet",
        timeout: 300)
      let names = [
        "cue-conflict_bagnet9-silhouettes_session-1.csv", "cue-conflict_resnet50-silhouettes_session-1.csv",
      ]
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: workspace.path("answers")).sorted() == names)
      let read = try await workspace.json(
        "texture-bias --responses answers/\(names[1]) answers/\(names[0]) --quiet")
      let (first, second) = (try asked.list("observers"), try read.list("observers"))
      for observer in first {
        let name = try observer.text("name")
        let same = try #require(try second.first { try $0.text("name") == name })
        for key in ["n_conflict", "n_shape", "n_texture", "n_other"] {
          #expect(try observer.integer(key) == same.integer(key))
        }
        #expect(observer["shape_bias_interval"] as? [Double] == same["shape_bias_interval"] as? [Double])
        #expect(try observer.number("shape_reciprocal_rank") > 0 && same["shape_reciprocal_rank"] is NSNull)
      }
      let pairs = try [asked, read].map { try $0.root.object("error_consistency").list("pairs")[0] }
      #expect(try pairs[0].number("kappa") == pairs[1].number("kappa"))
      #expect(pairs[0]["kappa_interval"] as? [Double] == pairs[1]["kappa_interval"] as? [Double])
      try await workspace.expectFailure(
        "texture-bias --responses answers/\(names[0]) --write-responses x", code: 64, says: "--model")
    }

    @Test func printsCategoriesAndErrorConsistency() async throws {
      let workspace = try Workspace()
      var text = "subj,session,trial,rt,object_response,category,condition,imagename\n"
      for (person, answers) in [("s1", ["cat", "dog", "cat"]), ("s2", ["cat", "cat", "dog"])] {
        for (place, answer) in answers.enumerated() {
          text += "\(person),1,\(place + 1),0.5,\(answer),cat,0,x_cat\(place)-dog1.png\n"
        }
      }
      try workspace.add("people.csv", text)
      let run = try await workspace.succeed("texture-bias --responses people.csv --categories")
      let lines = run.stdout.split(separator: "\n").map(String.init)
      #expect(lines.contains { $0.hasPrefix("cat") && $0.contains("66.7 %") })
      // o = 1/3, e = 4/9 + 1/9.
      #expect(lines.contains { $0.hasPrefix("between people") && $0.contains("-0.500") })
    }
  }
}
