import Foundation
import Probes
import Studies
import Testing

@testable import Reporting

/// The tables behind the figures as files, and what is said of the page's size.
struct FigureCSVTests {
  @Test func writesTheTableOfEveryFigureOnThePage() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let report = try Report(studies: [fixture.full(at: folder.file("demo.study"))])
    let written = try report.write(to: folder.file("page.html"), csv: folder.file("figures"))
    let page = try String(contentsOfFile: folder.file("page.html"), encoding: .utf8)
    let figures = page.matches(of: /<figure id="([^"]*)"/).map { String($0.output.1) }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("figures")).sorted()
    #expect(names == figures.map { "\($0).csv" }.sorted() && StudyFixture.figures.isSubset(of: figures))
    #expect(
      written.paths == [folder.file("page.html"), folder.file("page.json")]
        + figures.map { folder.file("figures/\($0).csv") })
    // Cell by cell what stands under the figure.
    for figure in figures {
      let start = try #require(page.range(of: "<figure id=\"\(figure)\"")).upperBound
      let details = try #require(page.range(of: "<details>", range: start..<page.endIndex)).upperBound
      let end = try #require(page.range(of: "</table>", range: details..<page.endIndex)).lowerBound
      let cells = page[details..<end].matches(of: /<t[hd][^>]*>([^<]*)<\/t[hd]>/).map { String($0.output.1) }
      let text = try String(contentsOfFile: folder.file("figures/\(figure).csv"), encoding: .utf8)
      let given = text.split(separator: "\n").flatMap { fields(of: String($0)) }
      #expect(
        given == cells.map { $0.replacing("&#39;", with: "'").replacing("&amp;", with: "&") }, "\(figure)")
    }
    let accuracy = try String(contentsOfFile: folder.file("figures/figure-accuracy.csv"), encoding: .utf8)
    #expect(
      accuracy.hasPrefix("Network,Pictures,Top-1,95\u{202F}% interval,")
        && accuracy.contains("\nbagnet17-w16,500,"))
  }

  /// The fields of a line of CSV.
  private func fields(of line: String) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        fields.append("")
      } else {
        fields[fields.count - 1].append(character)
      }
    }
    return fields
  }

  @Test func leavesNothingBehindWhenTheFolderCannotBeMade() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let study = try Study(at: folder.file("a.study"))
    try fixture.addAccuracy(
      to: study, models: [StudyFixture.model("a", "bagnet9", parameters: 5, field: 9)], count: 5)
    let report = try Report(studies: [study])
    #expect(throws: (any Error).self) {
      try report.write(to: folder.file("x.html"), csv: folder.file("a.study"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.study"])
  }

  @Test func namesFilesSafelyWhateverStudiesHold() throws {
    let folder = try TemporaryFolder()
    let study = try HostileFixture.study(at: folder.file("evil.study"), text: "../../\"><script>\u{0}")
    let written = try Report(studies: [study]).write(to: folder.file("x.html"), csv: folder.file("csv"))
    for path in written.paths.dropFirst(2) {
      #expect(path.hasPrefix(folder.file("csv/figure-")))
      #expect(
        path.dropFirst(folder.path.count + 5).allSatisfy { $0.isLetter || $0.isNumber || "-.".contains($0) })
    }
    #expect(written.paths.count > 4)
  }

  @Test func warnsOfAPageThatIsLargerThanBrowsersLike() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    let model = StudyFixture.model("a", "bagnet9", parameters: 5, field: 9)
    let run = try study.begin(StudyFixture.run(.sticker, model, target: 8, command: "c"))
    let small = PNGFixture.encode(width: 8, height: 8) { _, _ in [1, 0, 0] }
    // Bytes behind a PNG's end, which nothing reads: 40 MB are 53 MB as text.
    for (bytes, isLarge) in [(0, false), (40_000_000, true)] {
      try study.append(
        [
          Artifact(
            role: .sticker, name: "s.png", caption: "c",
            picture: try EncodedPicture(small + Data(count: bytes), name: "s.png"))
        ], to: run)
      let written = try Report(studies: [study]).write(to: folder.file("page.html"))
      let size = try Data(contentsOf: URL(fileURLWithPath: folder.file("page.html"))).count
      #expect(written.pageBytes == size)
      #expect(
        (written.warning?.contains("expected a page of at most 50 MB, made one of 53 MB") ?? false) == isLarge
      )
      #expect((written.warning != nil) == isLarge)
    }
  }
}
