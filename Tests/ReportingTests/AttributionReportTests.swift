import Foundation
import Probes
import Studies
import Testing

@testable import Reporting

/// Scores of attributions on the page, in its JSON and as CSV.
struct AttributionReportTests {
  /// Two networks on four pictures; only the first has a truth.
  private func study(_ path: String) throws -> Study {
    let study = try Study(at: path)
    for (name, hasTruth) in [("bag", true), ("plain", false)] {
      let model = StudyFixture.model(
        name, hasTruth ? "bagnet17" : "resnet50", parameters: 5, field: hasTruth ? 17 : nil)
      var description = StudyFixture.run(.attribution, model, command: "patchwork attribution")
      description.options[RunDescription.rankingsOption] = "deeplift random"
      let run = try study.begin(description, at: StudyFixture.start)
      try study.append(
        (0..<4).map { image in
          let steps = AttributionScoreProbe.shares.count
          // Areas of 0.25 and 0.5: straight lines, and one that is gone half way.
          let steep = (0..<steps).map { max(0, 1 - Float($0) / 10) }
          let straight = (0..<steps).map { 1 - Float($0) / 20 }
          return AttributionScores(
            image: "\(image)", label: 2, classIndex: 1,
            rankings: [
              RankingScores(
                ranking: "deeplift", deletion: steep, insertion: straight.reversed(),
                sensitivity: [0.5, 0.5, 0.5, 0.5, nil, 0.5],
                pearson: hasTruth ? Float(image) / 4 : nil, spearman: hasTruth ? 0.75 : nil,
                relativeError: hasTruth ? 1.25 : nil),
              RankingScores(
                ranking: "random", deletion: straight, insertion: straight.reversed(),
                sensitivity: [0, 0, 0, 0, 0, 0], pearson: hasTruth ? 0 : nil, spearman: hasTruth ? 0 : nil),
            ])
        }, to: run)
      try study.finish(run, at: StudyFixture.start)
    }
    return study
  }

  @Test func printsAreasAndTheTruthsTable() throws {
    let folder = try TemporaryFolder()
    let page = try Report(studies: [study(folder.file("a.study"))]).html()
    #expect(page.contains("<section id=\"attribution\""))
    #expect(page.contains("DeepLIFT: area 0.250; Random: area 0.500."))
    #expect(
      page.contains(
        "<th scope=\"row\">bag</th><td>DeepLIFT</td><td class=\"n\">4</td><td class=\"n\">0.250 (0.250–0.250)</td>"
          + "<td class=\"n\">0.500 (0.500–0.500)</td><td class=\"n\">0.500 (0.500–0.500)</td>"))
    // 0, 1/4, 2/4, 3/4: a mean of 0.375 and a standard error of 0.1614.
    #expect(
      page.contains(
        "<th scope=\"row\">bag</th><td>DeepLIFT</td><td class=\"n\">0.375 (0.059–0.691)</td>"
          + "<td class=\"n\">0.750 (0.750–0.750)</td><td class=\"n\">1.250 (1.250–1.250)</td>"))
    #expect(!page.contains("<th scope=\"row\">plain</th><td>DeepLIFT</td><td class=\"n\">–</td>"))
  }

  @Test func writesScoresForPrograms() throws {
    let folder = try TemporaryFolder()
    let study = try study(folder.file("a.study"))
    let data = try Report(studies: [study]).json()
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let networks = try #require((root["attribution"] as? [String: Any])?["networks"] as? [[String: Any]])
    #expect(networks.map { $0["name"] as? String } == ["bag", "plain"])
    let methods = try #require(networks[0]["methods"] as? [[String: Any]])
    let area = try #require((methods[0]["deletion_area"] as? [String: Any])?["mean"] as? Double)
    #expect(abs(area - 0.25) < 1e-6)
    #expect((networks[1]["methods"] as? [[String: Any]])?[0]["pearson"] is NSNull)
    let table = try #require(try StudyCSV.tables(of: study).first { $0.name == "attribution.csv" })
    let lines = table.text.split(whereSeparator: \.isNewline)
    #expect(lines[0] == "run,image,class,explained,map,score,share,value")
    #expect(lines[1].hasSuffix(",deeplift,deletion,0.0,1.0"))
    // Two maps of 2 · 21 + 6 values, and with a truth three more and two more.
    #expect(lines.count == 1 + 4 * (2 * (2 * 48) + 3 + 2))
  }
}
