import Foundation
import Studies
import Testing

@testable import Reporting

/// How long the page of a large study takes, and how large it is.
struct LargeStudyTests {
  private static let isSlow = ProcessInfo.processInfo.environment["PATCHWORK_SLOW_TESTS"] != nil

  /// Under 10 s with an optimised build on an idle machine; this build is not optimised, and the machine may be busy.
  @Test(.enabled(if: isSlow)) func rendersFiveThousandPicturesOfEightNetworks() throws {
    let folder = try TemporaryFolder()
    // A path keeps the study, for measuring with the command.
    let path =
      ProcessInfo.processInfo.environment["PATCHWORK_LARGE_STUDY"] ?? folder.file("large.study")
    var fixture = LargeStudyFixture(pictures: 5000)
    let study = try fixture.write(to: path)
    let clock = ContinuousClock()
    let began = clock.now
    let written = try Report(studies: [study]).write(to: folder.file("page.html"))
    let seconds = (clock.now - began) / .seconds(1)
    #expect(seconds < 120, "\(seconds) s")
    #expect(written.pageBytes < 10_000_000, "\(written.pageBytes) bytes")
    #expect(written.pageBytes > 100_000)
  }
}
