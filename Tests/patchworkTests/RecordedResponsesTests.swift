import Foundation
import Studies
import Testing

extension CommandLineTests {
  /// Whose answers `texture-bias --responses` takes recorded files for.
  @Suite struct RecordedResponses {
    /// A network's file of 40 stimuli, named by their shapes but for the first `texture`, named by their textures.
    private static func file(texture: Int, session: Int = 1) -> String {
      "subj,session,trial,rt,object_response,category,condition,imagename\n"
        + (0..<40).map { place in
          "alexnet,\(session),\(place + 1),NaN,\(place < texture ? "dog" : "cat"),cat,0,x_cat\(place)-dog1.png\n"
        }.joined()
    }

    /// Name and answers for the shape of each observer on a page, in the order of the names and of the counts.
    private static func reported(_ workspace: Workspace) async throws -> [String] {
      try await workspace.succeed("report s.study --out page.html")
      let page = try JSONDocument(String(decoding: try workspace.data("page.json"), as: UTF8.self)).root
      // Observers of one name are told apart by digits behind it.
      return try page.list("texture_bias").flatMap { try $0.list("observers") }
        .map { "\(try $0.text("name").prefix { $0 != "#" }.trimmed): \(try $0.integer("n_shape"))" }.sorted()
    }

    @Test func twoObserversOfOneNameAreCalledByTheirFiles() async throws {
      let workspace = try Workspace()
      try workspace.add("first.csv", Self.file(texture: 10))
      try workspace.add("second.csv", Self.file(texture: 30))
      let document = try await workspace.json("texture-bias --responses first.csv second.csv --study s.study")
      let observers = try document.list("observers")
      #expect(try observers.map { try $0.text("name") } == ["alexnet (first)", "alexnet (second)"])
      #expect(try observers.map { try $0.number("shape_bias") } == [0.75, 0.25])
      #expect(try observers.allSatisfy { try $0.integer("n_conflict") == 40 })
      #expect(try await Self.reported(workspace) == ["alexnet (first): 30", "alexnet (second): 10"])
    }

    @Test func observersOfOneNameThatCameOneAfterTheOtherStayTwo() async throws {
      let workspace = try Workspace()
      try workspace.add("first.csv", Self.file(texture: 10))
      try workspace.add("second.csv", Self.file(texture: 30))
      try workspace.addFolder("again")
      try workspace.add("again/first.csv", Self.file(texture: 10))
      for path in ["first.csv", "second.csv", "again/first.csv"] {
        try await workspace.succeed("texture-bias --responses \(path) --study s.study --quiet")
      }
      // The same answers again are the same observer's, wherever the file lies.
      #expect(try Study(reading: workspace.path("s.study")).runs().count == 3)
      #expect(try await Self.reported(workspace) == ["alexnet: 10", "alexnet: 30"])
    }

    @Test func sessionsAreOneObserverAndRepeatsCountOnce() async throws {
      let workspace = try Workspace()
      try workspace.add("one.csv", Self.file(texture: 10))
      try workspace.add("two.csv", Self.file(texture: 30, session: 2))
      let document = try await workspace.json(
        "texture-bias --responses one.csv two.csv one.csv --study s.study")
      let observers = try document.list("observers")
      #expect(try observers.map { try $0.text("name") } == ["alexnet"])
      #expect(try observers[0].integer("n_conflict") == 80 && observers[0].integer("n_shape") == 40)
      #expect(try await Self.reported(workspace) == ["alexnet: 40"])
    }

    @Test func fewContradictionsAreRefusedBeforeAnythingIsKept() async throws {
      let workspace = try Workspace()
      try workspace.add("first.csv", Self.file(texture: 10))
      try workspace.add("second.csv", Self.file(texture: 11))
      try await workspace.expectFailure(
        "texture-bias --responses first.csv second.csv --study s.study", code: 65,
        says: "second.csv:12: expected cat", "cat10-dog1.png in session 1 by first.csv:12, found dog",
        "1 of 40 trials")
    }
  }
}

extension Substring {
  /// Without spaces at its end.
  fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}
