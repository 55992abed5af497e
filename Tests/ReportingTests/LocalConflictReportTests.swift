import Foundation
import Probes
import Studies
import Testing

@testable import Reporting

/// Where shape and texture argue, on the page, in its JSON and as CSV.
struct LocalConflictReportTests {
  /// A network on four stimuli; the outline argues for the shape, the rest for the texture.
  func study(_ path: String) throws -> Study {
    let study = try Study(at: path)
    let model = StudyFixture.model("bag", "bagnet9", parameters: 5, field: 9)
    let run = try study.begin(
      StudyFixture.run(.localConflict, model, command: "patchwork localise"), at: StudyFixture.start)
    try study.append(
      (0..<4).map { place in
        LocalConflictAnswer(
          stimulus: "cat\(place)-dog\(place).png", shape: "cat", texture: "dog", difference: -0.5,
          regions: [
            RegionEvidence(cells: 4, sum: -4, shapeCells: 1), RegionEvidence(cells: 2, sum: 1, shapeCells: 2),
            RegionEvidence(),
          ])
      }, to: run)
    try study.finish(run, at: StudyFixture.start)
    return study
  }

  @Test func dividesTheDecisionAmongTheRegions() throws {
    let folder = try TemporaryFolder()
    let report = try Report(studies: [study(folder.file("a.study"))])
    let page = try report.html()
    #expect(page.contains("<section id=\"local-conflict\""))
    #expect(page.contains("bag, inside the shape: −1.00; bag, on its outline: +0.50."))
    #expect(
      page.contains(
        "<td>on its outline</td><td class=\"n\">4</td><td class=\"n\">33.3\u{202F}%</td>"
          + "<td class=\"n\">+0.500</td><td class=\"n\">+0.500 to +0.500</td><td class=\"n\">100.0\u{202F}%</td>"
      ))
    let document = try JSONSerialization.jsonObject(with: try report.json()) as? [String: Any]
    let network = try #require((document?["local_conflict"] as? [[String: Any]])?.first)
    #expect(
      network["n"] as? Int == 4 && (network["difference"] as? [String: Any])?["mean"] as? Double == -0.5)
    let regions = try #require(network["regions"] as? [[String: Any]])
    #expect(regions.map { $0["region"] as? String } == ["inside", "outline", "outside"])
    #expect(regions[0]["shape_share"] as? Double == 0.25 && regions[2]["evidence"] is NSNull)
    let table = try #require(
      try StudyCSV.tables(of: study(folder.file("b.study"))).first { $0.name == "local-conflict.csv" })
    #expect(table.text.contains("1,cat0-dog0.png,cat,dog,-0.5,4,-1.0,1,2,0.5,2,0,,0"))
  }

  @Test func axesReachToARoundNumber() {
    #expect(LocalConflictScale.reach(of: []) == 1)
    #expect(LocalConflictScale.reach(of: [0, -0.9, 0.3]) == 1)
    #expect(abs(LocalConflictScale.reach(of: [-0.13]) - 0.2) < 1e-12)
    #expect(abs(LocalConflictScale.reach(of: [4.1]) - 5) < 1e-9)
  }
}
