import Foundation
import Probes
import Studies
import Testing

@testable import Reporting

/// Success by place on the page, in its JSON and as CSV.
struct PlaceReportTests {
  func study(_ path: String, hasScene: Bool = true) throws -> Study {
    let study = try Study(at: path)
    try StudyFixture.addPlaces(
      to: study, StudyFixture.model("bag", "bagnet9", parameters: 5, field: 9), hasScene: hasScene)
    return study
  }

  @Test func drawsEachPlaceWhereTheStickersMiddleIs() throws {
    let folder = try TemporaryFolder()
    let result = try #require(try study(folder.file("a.study")).results(PlaceResult.self).first)
    #expect(result.successes == [0, 1, 2, 0, 1, 2] && result.bestPlace == 2)
    let page = try Report(studies: [study(folder.file("b.study"))]).html()
    #expect(page.contains("<section id=\"places\""))
    // The middle of a sticker 20 × 18 at (8, 0) is (18, 9); its square has sides of 8.
    let level = DivergingScale(limit: 1).level(of: 0.25) ?? 0
    let colour = DivergingScale.colour(level: level)
    #expect(page.contains("<path fill=\"\(colour)\" d=\"M14 5h8v8h-8zM14 13h8v8h-8z\"/>"))
    // The outline lies where the sticker succeeds most: at (16, 0).
    #expect(page.contains("<rect class=\"outline\" x=\"16\" y=\"0\" width=\"20\" height=\"18\"/>"))
    #expect(page.contains("Best place: <strong>50.0\u{202F}%</strong>"))
    #expect(page.contains("photograph at its best place: 25.0\u{202F}%."))
    #expect(page.contains(">sticker, 8</th><td class=\"n\">0.0</td><td class=\"n\">25.0</td>"))
  }

  @Test func standsInTheJSONAndTheTables() throws {
    let folder = try TemporaryFolder()
    let study = try study(folder.file("a.study"), hasScene: false)
    let report = try Report(studies: [study])
    let page = try report.html()
    #expect(page.contains("<section id=\"places\"") && !page.contains("figure-places-1"))
    let document = try JSONSerialization.jsonObject(with: try report.json()) as? [String: Any]
    let network = try #require((document?["sticker_places"] as? [[String: Any]])?.first)
    #expect(
      network["n"] as? Int == 4 && network["target"] as? Int == 8 && network["success"] as? Double == 0.25)
    let positions = try #require(network["positions"] as? [String: Any])
    #expect(positions["success"] as? [[Double]] == [[0, 0.25, 0.5], [0, 0.25, 0.5]])
    #expect(positions["control_photo"] as? [[Double]] == [[0, 0, 0], [0, 0.25, 0]])
    #expect(
      positions["stride"] as? Int == 8 && positions["rows"] as? Int == 2 && positions["columns"] as? Int == 3)
    let table = try #require(try StudyCSV.tables(of: study).first { $0.name == "places.csv" })
    #expect(
      table.text.contains("1,1.jpg,n01440764,n01440764,1,2,n08440764,n01440764,n01440764"))
  }
}
