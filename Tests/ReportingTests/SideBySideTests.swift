import Foundation
import Probes
import Studies
import Testing

@testable import Reporting

/// Several studies of the same networks on one page.
struct SideBySideTests {
  private let model = StudyFixture.model("bag", "bagnet9", parameters: 5, field: 9)

  /// Clean answers of which the first `right` of 100 are right, from picture `first` on.
  private func study(_ path: String, right: Int, first: Int = 0, model: ModelRecord? = nil) throws -> Study {
    let study = try Study(at: path)
    let run = try study.begin(
      StudyFixture.run(.accuracy, model ?? self.model, command: "c"), at: StudyFixture.start)
    try study.append(
      (first..<first + 100).map { picture in
        ImageAnswer(image: "\(picture).jpg", label: 1, top: [picture < right ? 1 : 2, 3])
      }, to: run)
    try study.finish(run, at: StudyFixture.start)
    return study
  }

  @Test func saysWhatDiffersBeyondChanceOnThePicturesOfBoth() throws {
    let folder = try TemporaryFolder()
    let studies = [
      try study(folder.file("before.study"), right: 80), try study(folder.file("after.study"), right: 50),
      try study(folder.file("shifted.study"), right: 80, first: 40),
    ]
    let page = try Report(studies: studies).html()
    #expect(page.contains("<section id=\"studies\""))
    let paired = try #require(
      PairedDifference(
        Dictionary(uniqueKeysWithValues: (0..<100).map { ("\($0)", $0 < 50 ? 1 : 0) }),
        Dictionary(uniqueKeysWithValues: (0..<100).map { ("\($0)", $0 < 80 ? 1 : 0) })))
    let interval =
      "\(Format.signed(100 * paired.lower, digits: 1)) to \(Format.signed(100 * paired.upper, digits: 1))"
    #expect(
      page.contains(
        "Clean accuracy of bag: <strong>80.0\u{202F}%</strong> in before, <strong>50.0\u{202F}%</strong> in after, "
          + "−30.0 points (\(interval)) on the 100 pictures of both."))
    // On the sixty pictures of both, the third study answers as the first.
    #expect(!page.contains("in shifted, "))
    #expect(page.contains("<td class=\"n\">60</td>"))
    #expect(page.contains("data-name=\"bag · shifted\""))
    #expect(page.contains("Everything else that they share"))
  }

  @Test func staysAwayWhereNothingIsShared() throws {
    let folder = try TemporaryFolder()
    let one = try study(folder.file("a.study"), right: 80)
    let other = StudyFixture.model("other", "bagnet9", parameters: 5, field: 9)
    #expect(try !Report(studies: [one]).html().contains("<section id=\"studies\""))
    let two = [one, try study(folder.file("b.study"), right: 80, model: other)]
    #expect(try !Report(studies: two).html().contains("<section id=\"studies\""))
    let same = [one, try study(folder.file("c.study"), right: 80)]
    #expect(try Report(studies: same).html().contains("No share differs between studies by more than chance"))
  }
}
