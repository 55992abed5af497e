import Foundation
import Models
import Probes
import Studies
import Testing

@testable import Reporting

/// The page of a study with everything.
struct ReportPageTests {
  @Test func samePagesFromTheSameStudy() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let study = try fixture.full(at: folder.file("demo.study"))
    let written = try Report(studies: [study]).write(to: folder.file("one.html"))
    #expect(written == [folder.file("one.html"), folder.file("one.json")])
    let again = try Report(studies: [Study(reading: study.path)])
    #expect(try Data(contentsOf: URL(fileURLWithPath: written[1])) == again.json())
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: written[0])) == Data(again.html(jsonName: "one.json").utf8))
    if let place = ProcessInfo.processInfo.environment["PATCHWORK_PAGE"] { try again.write(to: place) }
  }
}
