import Foundation
import Probes
import Studies
import Testing

@testable import Reporting

/// BagNets beside standard networks, and one study beside another.
struct ReportDifferenceTests {
  private func add(
    _ network: String, field: Int?, right: (Int) -> Bool, of range: Range<Int>, to study: Study
  ) throws {
    let model = StudyFixture.model(network, "resnet50", parameters: 5, field: field)
    let run = try study.begin(StudyFixture.run(.accuracy, model, command: "c"))
    try study.append(
      range.map { ImageAnswer(image: "\($0).png", label: 1, top: right($0) ? [1, 2] : [2, 3]) }, to: run)
    try study.finish(run)
  }

  @Test func pairsEachLocalNetworkWithTheMeanOfTheOthersOnCommonPictures() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    try add("local", field: 9, right: { $0 < 90 }, of: 0..<100, to: study)
    try add("one", field: nil, right: { $0 < 40 }, of: 0..<120, to: study)
    try add("other", field: nil, right: { $0 < 60 }, of: 20..<100, to: study)
    let html = try Report(studies: [study]).html()
    // Common are 20 to 99: 70 right of 80; of the others 20 and 40, in the mean 30.
    #expect(html.contains("id=\"comparison\""))
    let text = html.replacing(/<[^>]*>/, with: "|").replacing("\u{202F}", with: " ")
      .replacing(/[|\n]+/, with: "|")
    #expect(text.contains("|local|Clean accuracy|one, other|80|87.5 %|37.5 %|+50.0|"))
  }

  @Test func needsBothSortsToCompare() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    try add("local", field: 9, right: { $0 < 9 }, of: 0..<10, to: study)
    #expect(try !Report(studies: [study]).html().contains("id=\"comparison\""))
  }

  @Test func tellsWhatChangedBeyondNoiseFromWhatDidNot() throws {
    let folder = try TemporaryFolder()
    let (before, after) = (try Study(at: folder.file("a.study")), try Study(at: folder.file("b.study")))
    try add("worse", field: nil, right: { $0 < 90 }, of: 0..<100, to: before)
    try add("worse", field: nil, right: { $0 < 60 }, of: 0..<100, to: after)
    try add("wavering", field: nil, right: { $0 < 50 }, of: 0..<100, to: before)
    try add("wavering", field: nil, right: { (1..<51).contains($0) }, of: 0..<100, to: after)
    try add("steady", field: nil, right: { $0 < 50 }, of: 0..<100, to: before)
    try add("steady", field: nil, right: { $0 < 50 }, of: 0..<100, to: after)
    try add("elsewhere", field: nil, right: { $0 < 50 }, of: 0..<100, to: before)
    try add("elsewhere", field: nil, right: { $0 < 50 }, of: 100..<200, to: after)
    try add("gone", field: nil, right: { _ in true }, of: 0..<9, to: before)
    try add("new", field: nil, right: { _ in true }, of: 0..<9, to: after)
    let difference = try ReportDifference(before, after)
    let top1 = difference.rows.filter { $0.key == "clean_accuracy" }
    #expect(top1.map(\.observer) == ["worse", "wavering", "steady"])
    #expect(top1.map(\.change) == [.beyondNoise, .withinNoise, .none])
    let worse = try #require(top1[0].paired)
    #expect(abs(worse.difference + 0.3) < 1e-12 && worse.changed == 30)
    // Thirty lost, none won, with half a picture each way added: closed form.
    let (mean, square) = (-30.0 / 102, 31.0 / 102)
    let half = 1.959963984540054 * ((square - mean * mean) / 102).squareRoot()
    #expect(abs(worse.lower - (mean - half)) < 1e-12)
    #expect(abs(worse.upper - (mean + half)) < 1e-12)
    #expect(top1[1].paired?.changed == 2)
    #expect(difference.incomparable.contains("accuracy[imagenette/val].elsewhere.clean_accuracy"))
    #expect(
      difference.onlyInFirst == ["clean", "top5"].map { "accuracy[imagenette/val].gone.\($0)_accuracy" })
    #expect(
      difference.onlyInSecond == ["clean", "top5"].map { "accuracy[imagenette/val].new.\($0)_accuracy" })
    #expect(difference.otherWeights.isEmpty)
    let json = try #require(try JSONSerialization.jsonObject(with: difference.json()) as? [String: Any])
    let rows = try #require(json["differences"] as? [[String: Any]])
    #expect(rows.first?["change"] as? String == "beyond noise")
    #expect(rows.first?["first"] as? Double == 0.9 && rows.first?["second"] as? Double == 0.6)
  }
}
