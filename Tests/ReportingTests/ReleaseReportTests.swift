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

  /// Every object below a value that has a name.
  private static func answers(in value: Any) -> [[String: Any]] {
    if let list = value as? [Any] { return list.flatMap { answers(in: $0) } }
    guard let object = value as? [String: Any] else { return [] }
    return (object["name"] is String ? [object] : []) + object.values.flatMap { answers(in: $0) }
  }

  /// What the release said of one answer, with today's names.
  private static func today(_ answer: [String: Any], in key: String) -> [String: Any] {
    var answer = answer
    func rename(_ old: String, _ new: String) {
      answer[new] = answer[old]
      answer[old] = nil
    }
    switch key {
    case "evidence":
      rename("mean_of_cells", "map_sum_logit")
      rename("rows", "height")
      rename("columns", "width")
      answer["class"] = nil
    case "evidence_patches":
      // Classes were known by their numbers.
      answer = without(["class", "label", "predicted"], answer) as? [String: Any] ?? [:]
    case "perturbations" where answer["side"] is Int:
      // Nothing bounds a sticker's length.
      (answer["max_norm"], answer["median_norm"]) = (NSNull(), NSNull())
    case "sticker_places":
      let maps = ["stride", "success", "control_noise", "control_photo"]
      answer["positions"] = answer.filter { maps.contains($0.key) }
      for map in maps { answer[map] = nil }
    default: break
    }
    return answer
  }

  private static func without(_ keys: Set<String>, _ value: Any) -> Any {
    if let list = value as? [Any] { return list.map { without(keys, $0) } }
    guard let object = value as? [String: Any] else { return value }
    return object.filter { !keys.contains($0.key) }.mapValues { without(keys, $0) }
  }

  /// Whether a value says all that an earlier one said; it may say more.
  private static func says(_ now: Any?, _ before: Any) -> Bool {
    switch before {
    case let before as [String: Any]:
      guard let now = now as? [String: Any] else { return false }
      return before.allSatisfy { says(now[$0.key], $0.value) }
    case let before as [Any]:
      guard let now = now as? [Any], now.count == before.count else { return false }
      return zip(now, before).allSatisfy { says($0, $1) }
    // Foundation's parser rounds the last bit of a double as it likes, and draws are added in another order today.
    case let before as NSNumber:
      return (now as? NSNumber).map { abs($0.doubleValue - before.doubleValue) < 1e-12 } ?? false
    default: return (now as? NSObject)?.isEqual(before) ?? false
    }
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
      for answer in before.map({ Self.today($0, in: key) }) {
        #expect(after.contains { Self.says($0, answer) }, "\(key): \(answer)")
      }
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
