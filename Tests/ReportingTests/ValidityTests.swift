import Foundation
import Probes
import Studies
import Testing

@testable import Reporting

/// The page as HTML Tidy reads it.
@Suite(.enabled(if: Tidy.program != nil, "HTML Tidy is not installed"))
struct ValidityTests {
  /// What Tidy says of a page: its errors and warnings, without their places. Two warnings are left out that are Tidy's
  /// own limits: it takes an SVG's title for a page's, and knows no SVG whose size is not a whole number.
  private func findings(of page: String, in folder: TemporaryFolder) throws -> [String] {
    let path = folder.file("page.html")
    try Data(page.utf8).write(to: URL(fileURLWithPath: path))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Tidy.program))
    process.arguments = ["-errors", "-quiet", "-utf8", "--show-warnings", "yes", path]
    let pipe = Pipe()
    process.standardError = pipe
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let lines = text.split(separator: "\n").map { line in
      line.split(separator: " - ", maxSplits: 1).last.map(String.init) ?? String(line)
    }
    #expect(process.terminationStatus < 2, "\(text)")
    return lines.filter { line in
      line != "Warning: <title> proprietary attribute \"id\""
        && line.wholeMatch(of: /Warning: <svg> attribute "(?:width|height)" has invalid value "[0-9.]+"/)
          == nil
    }
  }

  @Test func findsNoFaultInAPageWithEverySection() throws {
    let folder = try TemporaryFolder()
    var large = LargeStudyFixture(pictures: 30)
    var small = StudyFixture()
    let page = try Report(studies: [
      large.write(to: folder.file("wide.study")), small.full(at: folder.file("demo.study")),
    ]).html()
    #expect(Set(try findings(of: page, in: folder)) == [])
  }

  @Test func findsNoFaultInAPageOfHostileNames() throws {
    let folder = try TemporaryFolder()
    let text = "<script>alert(1)</script> \"><img src=x onerror=alert(1)>.png \u{202E}\u{0}'&amp;<!--"
    let page = try Report(studies: [HostileFixture.study(at: folder.file("evil.study"), text: text)]).html()
    #expect(Set(try findings(of: page, in: folder)) == [])
    #expect(
      page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &quot;&gt;&lt;img src=x onerror=alert(1)&gt;.png"))
  }

  @Test func findsFaultsWhereThereAreSome() throws {
    let folder = try TemporaryFolder()
    #expect(
      try findings(
        of: "<!DOCTYPE html><html><head><title>t</title></head><body><p><b>x</p></body></html>", in: folder)
        != [])
  }
}

/// Where HTML Tidy is.
enum Tidy {
  static let program = ["/usr/bin/tidy", "/usr/local/bin/tidy"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
}
