import Foundation
import Probes
import Studies
import Testing

@testable import Reporting

/// Success by place on the page, in its JSON and as CSV.
struct PlaceReportTests {
  /// A network on four pictures at three places beside each other and two below: the more to the right, the more are
  /// fooled.
  func study(_ path: String, hasScene: Bool = true) throws -> Study {
    let study = try Study(at: path)
    let model = StudyFixture.model("bag", "bagnet9", parameters: 5, field: 9)
    var description = StudyFixture.run(.places, model, target: 8, command: "patchwork sticker test")
    description.options[RunDescription.questionOption] = try RunDescription.option(
      for: PlaceQuestion(stride: 8, width: 20, height: 18))
    let run = try study.begin(description, at: StudyFixture.start)
    try study.append(
      (0..<4).map { picture in
        PlaceAnswer(
          image: "\(picture).jpg", label: 1, clean: 1, columns: 3,
          sticker: (0..<6).map { $0 % 3 > picture ? 8 : 1 }, noise: Array(repeating: 1, count: 6),
          photo: (0..<6).map { $0 == 4 && picture == 0 ? 8 : 1 })
      }, to: run)
    if hasScene {
      let picture = PNGFixture.encode(width: 48, height: 36) { x, y in [Double(x) / 48, Double(y) / 36, 0.5] }
      try study.append(
        [
          Artifact(
            role: .scene, name: "0.jpg", caption: "spaniel",
            picture: try EncodedPicture(picture, name: "scene"))
        ], to: run)
    }
    try study.finish(run, at: StudyFixture.start)
    return study
  }

  @Test func drawsEachPlaceWhereTheStickersMiddleIs() throws {
    let folder = try TemporaryFolder()
    let result = try #require(try study(folder.file("a.study")).picturedPlaces().first).recorded.result
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
    #expect(network["success"] as? [[Double]] == [[0, 0.25, 0.5], [0, 0.25, 0.5]])
    #expect(network["control_photo"] as? [[Double]] == [[0, 0, 0], [0, 0.25, 0]])
    #expect(network["n"] as? Int == 4 && network["target"] as? Int == 8 && network["stride"] as? Int == 8)
    let table = try #require(try StudyCSV.tables(of: study).first { $0.name == "places.csv" })
    #expect(
      table.text.contains("1,1.jpg,n01440764,n01440764,1,2,n08440764,n01440764,n01440764"))
  }
}
