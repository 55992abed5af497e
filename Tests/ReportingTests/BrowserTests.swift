import Foundation
import Studies
import Testing

@testable import Reporting

/// The page in a real browser.
struct BrowserTests {
  static let browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// The document after loading, as the browser sees it.
  private func loaded(_ path: String, profile: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(BrowserTests.browser))
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(profile)", "--dump-dom",
      "file://\(path)",
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
  }

  @Test(.enabled(if: browser != nil, "Chromium is not installed"))
  func loadsWithEverySectionAndNothingFromOutside() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    try Report(studies: [fixture.full(at: folder.file("demo.study"))]).write(to: folder.file("page.html"))
    let document = try loaded(folder.file("page.html"), profile: folder.file("profile"))
    let sections = document.matches(of: /<section id="([^"]*)"/).map { String($0.output.1) }
    #expect(
      sections == [
        "summary", "networks", "accuracy", "sticker", "evidence", "shape-bias", "error-consistency",
        "distortions", "provenance",
        "limits",
      ])
    let loads = document.matches(of: /(?:src|href|srcset|data|action)="([^"]*)"/).map { $0.output.1 }
    #expect(!loads.isEmpty)
    for load in loads { #expect(load.hasPrefix("#") || load.hasPrefix("data:image/"), "\(load.prefix(60))") }
    #expect(!document.contains("<script"))
    // A browser repairs what it cannot parse; a page in order comes back with as many elements as it had.
    let page = try String(contentsOfFile: folder.file("page.html"), encoding: .utf8)
    for tag in ["<figure", "<table", "<tr", "<td", "<path", "<svg", "<img", "<li", "<p>"] {
      #expect(
        document.components(separatedBy: tag).count == page.components(separatedBy: tag).count, "\(tag)")
    }
  }

  @Test(.enabled(if: browser != nil, "Chromium is not installed"))
  func findsNoElementThatHostileTextMade() throws {
    let folder = try TemporaryFolder()
    let text =
      "<script>alert(1)</script>\"><img src=x onerror=alert(1)>.png\"\u{301} onclick=\u{301}alert(1) '"
    let study = try HostileFixture.study(at: folder.file("evil.study"), text: text)
    try Report(studies: [study]).write(to: folder.file("page.html"))
    let document = try loaded(folder.file("page.html"), profile: folder.file("profile"))
    #expect(document.contains("<section id=\"provenance\""))
    #expect(!document.contains("<script"))
    #expect(!document.contains("src=\"x\""))
    #expect(document.firstMatch(of: /<[^>"]*("[^"]*"[^>"]*)* on\w+=/) == nil)
  }
}
