import Foundation
import Probes
import Studies
import Testing

@testable import Reporting

/// The numbers for programs.
struct ReportJSONTests {
  private func object(_ report: Report) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
  }

  @Test func parsesAndCarriesItsVersion() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let json = try object(Report(studies: [fixture.full(at: folder.file("demo.study"))]))
    #expect(json["schema_version"] as? Int == 2)
    #expect((json["models"] as? [Any])?.count == 3)
    #expect((json["runs"] as? [Any])?.count == 24)
    let bias = try #require((json["texture_bias"] as? [[String: Any]])?.first)
    #expect((bias["observers"] as? [Any])?.count == 15)
    #expect(bias["humans_pooled"] is [String: Any])
    #expect(((json["evidence"] as? [[String: Any]])?.first?["cells"] as? [Double])?.count == 100)
  }

  @Test func sortsItsKeysAndSpellsThemInSnakeCase() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let text = String(
      decoding: try Report(studies: [fixture.full(at: folder.file("demo.study"))]).json(), as: UTF8.self)
    // Keys of one object stand at one indentation; a deeper or shallower line ends the comparison.
    var previous: [Int: String] = [:]
    for line in text.split(separator: "\n") {
      let depth = line.prefix { $0 == " " }.count
      previous = previous.filter { $0.key <= depth }
      if line.contains("{") && !line.contains("\" : ") || line.contains("}") { previous[depth + 2] = nil }
      guard let key = line.firstMatch(of: #/^ *"([^"]*)" : /#)?.output.1 else { continue }
      #expect(key.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" }, "\(key)")
      if let before = previous[depth] { #expect(before < String(key)) }
      previous[depth] = String(key)
    }
  }

  @Test func agreesWithTheCounts() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let study = try fixture.full(at: folder.file("demo.study"))
    let json = try object(Report(studies: [study]))
    let result = try #require(try study.results(StickerResult.self).first)
    let sticker = try #require((json["stickers"] as? [[String: Any]])?.first)
    let n = result.counted.count
    #expect(sticker["n"] as? Int == n)
    // Foundation's parser rounds the last bit of a double as it likes.
    func agrees(_ found: Any?, _ expected: Double) -> Bool {
      (found as? Double).map { abs($0 - expected) < 1e-12 } ?? false
    }
    #expect(agrees(sticker["success"], Double(result.successes) / Double(n)))
    #expect(agrees(sticker["control_noise"], Double(result.noiseSuccesses) / Double(n)))
    #expect(agrees(sticker["control_photo"], Double(result.photoSuccesses) / Double(n)))
    #expect(sticker["target_name"] as? String == "golf ball")
    let interval = try #require(WilsonInterval(successes: result.successes, of: n))
    let ends = try #require(sticker["success_interval"] as? [Double])
    #expect(ends.count == 2 && agrees(ends.first, interval.lower) && agrees(ends.last, interval.upper))
  }

  @Test func writesNullAndTheReasonWhereThereIsNoNumber() throws {
    let folder = try TemporaryFolder()
    let study = try HostileFixture.study(at: folder.file("odd.study"), text: "odd")
    let data = try Report(studies: [study]).json()
    let text = String(decoding: data, as: UTF8.self)
    #expect(!text.contains("NaN") && !text.contains(": nan") && !text.contains("inf"))
    let json = try object(Report(studies: [study]))
    let sticker = try #require((json["stickers"] as? [[String: Any]])?.first)
    #expect(sticker["success"] is NSNull)
    #expect(sticker["success_reason"] as? String == "nothing was counted")
    let map = try #require((json["evidence"] as? [[String: Any]])?.first)
    #expect(map["logit"] is NSNull)
    #expect((map["cells"] as? [Any])?.map { $0 is NSNull } == [true, true, true, false])
  }
}
