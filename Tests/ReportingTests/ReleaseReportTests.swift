import Foundation
import Studies
import Testing

@testable import Reporting

/// A study that release 0.1.0 wrote gives the numbers that release 0.1.0 reported.
struct ReleaseReportTests {
  private static let golden =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("StudiesTests/Golden")

  private func release(in folder: TemporaryFolder, name: String = "release.study") throws -> String {
    let copy = folder.file(name)
    try FileManager.default.copyItem(
      at: Self.golden.appendingPathComponent("release-0.1.0.sqlite"), to: URL(fileURLWithPath: copy))
    return copy
  }

  /// Every object below a value that has a name, as sorted JSON without what later versions add.
  private static func answers(in value: Any) -> Set<String> {
    if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(answers(in: $1)) } }
    guard var object = value as? [String: Any] else { return [] }
    let below = object.values.reduce(into: Set<String>()) { $0.formUnion(answers(in: $1)) }
    guard object["name"] is String else { return below }
    for added in ["question", "run", "complete"] { object[added] = nil }
    guard let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]) else {
      return below
    }
    return below.union([String(decoding: data, as: UTF8.self)])
  }

  @Test func everyNumberThatTheReleaseReportedIsReportedStill() throws {
    let folder = try TemporaryFolder()
    let url = Self.golden.appendingPathComponent("release-0.1.0.report.json")
    let told = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    let report = try Report(studies: [Study(reading: release(in: folder))])
    let now = try #require(try JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
    for part in ReportPart.catalogue {
      let key = part.jsonKey.split(separator: ".").first.map(String.init) ?? ""
      let (before, after) = (Self.answers(in: told[key] as Any), Self.answers(in: now[key] as Any))
      #expect(!before.isEmpty, "\(key)")
      #expect(before.subtracting(after).isEmpty, "\(key)")
    }
    // Two stickers and two corpora that it asked about and did not show are there now.
    #expect((told["stickers"] as? [Any])?.count == 2 && (now["stickers"] as? [Any])?.count == 4)
    #expect((told["accuracy"] as? [Any])?.count == 2 && (now["accuracy"] as? [Any])?.count == 3)
  }

  @Test func mergesWithItselfAndDiffersInNothing() throws {
    let folder = try TemporaryFolder()
    let (first, second) = (try release(in: folder), try release(in: folder, name: "again.study"))
    let counts = try Study.merge([first, second], into: folder.file("both.study"))
    #expect(counts.map(\.added).reduce(0, +) == 47 && counts[1].known == 47 && counts[1].united == 0)
    let both = try Study(reading: folder.file("both.study"))
    let before = try Study(reading: first)
    #expect(try both.answerCounts().values.reduce(0, +) == before.answerCounts().values.reduce(0, +))
    let difference = try ReportDifference(before, both)
    #expect(difference.changed.isEmpty && difference.onlyInFirst.isEmpty && difference.onlyInSecond.isEmpty)
    // What that release did not read is said: pictures are known by their names.
    #expect(difference.rows.contains { $0.isByName })
  }
}
