import Foundation
import Probes
import Studies
import Testing

@testable import Reporting

/// The most telling patches on the page, in its JSON and as CSV.
struct EvidencePatchReportTests {
  /// Ten classes, and nine pictures of each of the first two whose patches argue for both; one has a hostile name.
  func study(_ path: String, classes: [Int] = [0, 1], patches: Int = 8) throws -> Study {
    let study = try Study(at: path)
    let model = StudyFixture.model("bag", "bagnet17", parameters: 5, field: 17)
    var description = StudyFixture.run(.evidencePatches, model, command: "patchwork evidence")
    description.options[RunDescription.questionOption] = try RunDescription.option(
      for: EvidencePatchQuestion(classes: classes, patches: patches))
    let run = try study.begin(description, at: StudyFixture.start)
    try study.append(
      (0..<18).map { number in
        let image = number == 16 ? "<script>alert(1)</script>.jpg" : "\(number).jpg"
        return EvidencePatchAnswer(
          image: image, label: number % 2, predicted: number % 3,
          patches: classes.map { index in
            EvidencePatch(
              classIndex: index, image: image, label: number % 2, predicted: number % 3, top: 8 * index,
              left: 16,
              logit: Float(number) / 4, side: 17,
              pixels: (0..<17 * 17 * 3).map { UInt8(($0 * (number + 2)) % 256) })
          })
      }, to: run)
    try study.finish(run, at: StudyFixture.start)
    return study
  }

  @Test func showsPatchesInOrderWithWordsForThem() throws {
    let folder = try TemporaryFolder()
    let page = try Report(studies: [study(folder.file("a.study"))]).html()
    let start = try #require(page.range(of: "<section id=\"telling-patches\""))
    let end = try #require(page.range(of: "</section>", range: start.upperBound..<page.endIndex))
    let section = page[start.lowerBound..<end.lowerBound]
    #expect(section.components(separatedBy: "<div class=\"pictures thumbnails\">").count == 1 + 4)
    // Two classes, two sides, six of eight.
    #expect(section.components(separatedBy: "<img src=\"data:image/").count == 1 + 24)
    #expect(section.components(separatedBy: "class=\"pixelated\"").count == 1 + 24)
    #expect(section.contains("Of each side the first 6 are shown"))
    #expect(!section.contains("<script>") && section.contains("&lt;script&gt;alert(1)&lt;/script&gt;.jpg"))
    #expect(
      section.contains("alt=\"telling patch of tench for bag, from 14.jpg, which shows tench; logit 3.5\""))
    #expect(
      section.contains(
        "alt=\"distractor of tench for bag, from 17.jpg, which shows English springer; logit 4.2\""))
    let order = try ["4.0", "3.5", "3.0", "2.5"].map { logit in
      try #require(section.range(of: "<figcaption><strong>\(logit)</strong>")).lowerBound
    }
    #expect(order == order.sorted())
    // All are in the table.
    #expect(section.components(separatedBy: "<td>telling</td>").count == 1 + 16)
    #expect(section.components(separatedBy: "<td>distractor</td>").count == 1 + 16)
  }

  @Test func aStudyWithoutPatchesHasNoSection() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let page = try Report(studies: [fixture.full(at: folder.file("a.study"))]).html()
    #expect(!page.contains("telling-patches") && !page.contains("thumbnails\""))
  }

  @Test func writesPatchesForPrograms() throws {
    let folder = try TemporaryFolder()
    let study = try study(folder.file("a.study"), patches: 3)
    let data = try Report(studies: [study]).json()
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let network = try #require((root["evidence_patches"] as? [[String: Any]])?.first)
    #expect(network["n"] as? Int == 18 && network["patch"] as? Int == 17)
    let classes = try #require(network["classes"] as? [[String: Any]])
    #expect(classes.map { $0["class_name"] as? String } == ["tench", "English springer"])
    let telling = try #require(classes[1]["telling"] as? [String: Any])
    let patches = try #require(telling["patches"] as? [[String: Any]])
    #expect(patches.map { $0["image"] as? String } == ["17.jpg", "15.jpg", "13.jpg"])
    #expect(patches[0]["y"] as? Int == 8 && patches[0]["logit"] as? Double == 4.25)
    let table = try #require(try StudyCSV.tables(of: study).first { $0.name == "evidence-patches.csv" })
    let lines = table.text.split(whereSeparator: \.isNewline)
    #expect(lines.count == 1 + 2 * 2 * 3)
    #expect(lines[1] == "1,0,telling,1,<script>alert(1)</script>.jpg,0,16,0,4.0,1")
  }
}
