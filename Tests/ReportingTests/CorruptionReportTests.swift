import Datasets
import Foundation
import Probes
import Studies
import Testing

@testable import Reporting

/// Common corruptions on the page and in its JSON.
struct CorruptionReportTests {
  /// Two networks on 20 pictures, clean and under fog and spatter at severities 2 and 4: right on the first so many.
  private func study(_ path: String, baseline: String?) throws -> Study {
    let study = try Study(at: path)
    for (name, right) in [("plain", [16, 8, 4, 10, 10]), ("tough", [18, 14, 10, 12, 8])] {
      let model = StudyFixture.model(name, "resnet50", parameters: 5, field: nil)
      var description = StudyFixture.run(.corruptions, model, command: "patchwork corruptions")
      description.options[RunDescription.conditionsOption] = "clean 0.0; fog 2.0 4.0; spatter 2.0 4.0"
      description.options[RunDescription.baselineOption] = baseline
      let run = try study.begin(description, at: StudyFixture.start)
      try study.append(
        (0..<20).map { image in
          DistortionAnswer(image: "\(image)", label: 2, answers: right.map { image < $0 ? 2 : 0 })
        }, to: run)
      try study.finish(run, at: StudyFixture.start)
    }
    return study
  }

  @Test func printsErrorsAndTheirShareOfTheBaselines() throws {
    let folder = try TemporaryFolder()
    let page = try Report(studies: [study(folder.file("a.study"), baseline: "plain")]).html()
    let percent = "\u{202F}%"
    func row(_ title: String, _ cells: [String]) -> String {
      "<th scope=\"row\">\(title)</th>" + cells.map { "<td class=\"n\">\($0)</td>" }.joined()
    }
    // Fog: (0.6 + 0.8) / 2 and (0.3 + 0.5) / 2.
    #expect(
      page.contains(row("Fog", ["70.0\(percent) (100.0\(percent))", "40.0\(percent) (57.1\(percent))"])))
    #expect(
      page.contains(row("Spatter", ["50.0\(percent) (100.0\(percent))", "50.0\(percent) (100.0\(percent))"])))
    #expect(page.contains(row("mCE", ["100.0\(percent)", "57.1\(percent)"])))
    // (0.2 + 0.4) / (0.4 + 0.6), each less its clean error.
    #expect(page.contains(row("Relative mCE", ["100.0\(percent)", "60.0\(percent)"])))
    #expect(page.contains(row("Clean error", ["20.0\(percent)", "10.0\(percent)"])))
    #expect(page.contains("1, not all severities or types"))
    #expect(page.contains("mCE <strong>57.1\(percent)</strong> of plain"))
    #expect(page.contains("tough: 50.0\(percent) at severity 4"))
    #expect(page.contains("Frost is drawn here"))
  }

  @Test func givesNoMeanCorruptionErrorWithoutABaseline() throws {
    let folder = try TemporaryFolder()
    let page = try Report(studies: [study(folder.file("a.study"), baseline: nil)]).html()
    #expect(page.contains("No baseline was chosen") && !page.contains("Relative mCE"))
  }

  @Test func writesTheErrorsForPrograms() throws {
    let folder = try TemporaryFolder()
    let data = try Report(studies: [study(folder.file("a.study"), baseline: "plain")]).json()
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let corruptions = try #require((json["corruptions"] as? [[String: Any]])?.first)
    let networks = try #require(corruptions["networks"] as? [[String: Any]])
    #expect(networks.map { $0["name"] as? String } == ["plain", "tough"])
    #expect(networks[1]["baseline"] as? String == "plain" && networks[1]["mce_types"] as? Int == 1)
    #expect(abs(try #require(networks[1]["mce"] as? Double) - 100 * 0.8 / 1.4) < 1e-9)
    #expect(networks[1]["mce_whole"] as? Bool == false)
    let types = try #require(networks[0]["types"] as? [[String: Any]])
    #expect(types.map { $0["name"] as? String } == ["fog", "spatter"])
    let severities = try #require(types[0]["severities"] as? [[String: Any]])
    #expect(severities.map { $0["severity"] as? Int } == [2, 4])
    #expect(severities.map { $0["top1"] as? Double } == [0.4, 0.2])
  }

  @Test func exportsAnAnswerALine() throws {
    let folder = try TemporaryFolder()
    let tables = try StudyCSV.tables(of: try study(folder.file("a.study"), baseline: nil))
    #expect(tables.map(\.name) == ["runs.csv", "corruptions.csv"])
    let lines = tables[1].text.split(whereSeparator: \.isNewline)
    #expect(lines[0] == "run,image,class,type,severity,predicted" && lines.count == 1 + 2 * 20 * 5)
  }
}
