import Foundation
import Testing

extension CommandLineTests {
  /// `patchwork texture-bias --single-cue`.
  @Suite struct SingleCues {
    @Test func measuresShapeAndTextureAloneBesideTheirConflict() async throws {
      let workspace = try Workspace()
      let line =
        "texture-bias --model bagnet9/silhouettes resnet50-shape/silhouettes "
        + "--single-cue silhouettes=silhouettes:shape-only,count=64 texture=silhouettes:texture-only,count=64 "
      let document = try await workspace.json(
        line + "--stimuli silhouettes:cue-conflict,count=64 --study s.sqlite")
      document.expectWellKept()
      let cues = try document.list("single_cues")
      #expect(cues.map { $0["set"] as? String } == ["silhouettes", "texture", "silhouettes", "texture"])
      #expect(try cues.allSatisfy { try $0.integer("n") == 64 })
      // A BagNet goes by texture, a network trained for shape by shape.
      #expect(try cues[1].number("accuracy") > cues[0].number("accuracy"))
      #expect(try cues[2].number("accuracy") > cues[3].number("accuracy"))
      #expect(try document.list("observers").count == 2)
      // By themselves too, and the same again.
      let alone = try await workspace.json(line)
      #expect(try alone.list("observers").isEmpty)
      #expect(
        try alone.list("single_cues").map { try $0.integer("correct") }
          == cues.map { try $0.integer("correct") })
      let table = try await workspace.succeed(line + "--quiet")
      #expect(table.stdout.contains("cue alone") && !table.stdout.contains("shape bias"))
      try await workspace.succeed("report s.sqlite --out page.html")
      let page = String(decoding: try workspace.data("page.html"), as: UTF8.self)
      #expect(page.contains("id=\"figure-single-cues\"") && page.contains("id=\"shape-bias\""))
      try await workspace.succeed("study export s.sqlite --csv --out tables")
      let rows = String(decoding: try workspace.data("tables/single-cues.csv"), as: UTF8.self)
      #expect(rows.split(separator: "\n").count == 1 + 4 * 64)
      #expect(try workspace.data("page.json").count > 0)
    }

    @Test(arguments: [
      ("--single-cue edges", "edges"), ("--single-cue edges=gone", "gone"),
      ("--single-cue a=gone a=gone", "'a' twice"),
    ])
    func refusesSetsThatAreNone(_ options: String, _ word: String) async throws {
      let workspace = try Workspace()
      try await workspace.expectFailure(
        "texture-bias --model bagnet9/silhouettes " + options, code: word == "gone" ? 66 : 64, says: word)
    }

    @Test func needsANetworkToAsk() async throws {
      try await Workspace().expectFailure(
        "texture-bias --single-cue edges=silhouettes:edges --responses none.csv", code: 64,
        says: "only --single-cue")
    }
  }
}
