import Files
import Foundation
import FoundationXML
import Studies
import Testing

@testable import Reporting

/// The page in a real browser.
@Suite(.enabled(if: Browser.program != nil, "Chromium is not installed"), .serialized)
struct BrowserTests {
  /// A page with every section, at `page.html`.
  private func page(in folder: TemporaryFolder) throws -> String {
    var fixture = StudyFixture()
    let study = try fixture.full(at: folder.file("demo.study"))
    let model = StudyFixture.model("bagnet17-w16", "bagnet17", parameters: 928_410, field: 17)
    try StudyFixture.addPlaces(to: study, model)
    try StudyFixture.addSizes(to: study, model)
    try Report(
      studies: [study],
      gates: [try Gate("bagnet17-w16.sticker_success>0.5"), try Gate("*.clean_accuracy<0.2")]
    ).write(to: folder.file("page.html"))
    return folder.file("page.html")
  }

  /// What the page complained of: exceptions, errors and refusals of its policy.
  private func complaints(_ browser: Browser) -> [String] {
    browser.events.compactMap { event in
      switch event["method"] as? String {
      case "Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled": "\(event["params"] ?? "")"
      default: nil
      }
    }
  }

  @Test func loadsWithEverySectionAndNothingFromOutside() throws {
    let folder = try TemporaryFolder()
    let path = try page(in: folder)
    let browser = try Browser(in: folder.path)
    try browser.visit(path)
    let sections = try browser.texts("[...document.querySelectorAll('main>section')].map(s=>s.id)")
    #expect(
      sections == [
        "verdict", "summary", "networks", "accuracy", "sticker", "places", "areas", "comparison",
        "evidence", "shape-bias", "error-consistency", "distortions", "provenance", "limits",
      ])
    #expect(complaints(browser) == [])
    let asked = browser.events.filter { $0["method"] as? String == "Network.requestWillBeSent" }
      .compactMap { (($0["params"] as? [String: Any])?["request"] as? [String: Any])?["url"] as? String }
    #expect(asked.contains("file://\(path)"))
    #expect(asked.allSatisfy { $0 == "file://\(path)" || $0.hasPrefix("data:image/") }, "\(asked)")
    #expect(try browser.texts(PageChecks.unseenFigures) == [])
    // A browser repairs what it cannot parse; a page in order comes back with as many elements as it had.
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for tag in ["figure", "table", "tr", "td", "path", "svg", "img", "li", "p"] {
      let count = text.matches(of: try Regex("<\(tag)[ >/]")).count
      #expect(try browser.value("document.querySelectorAll('\(tag)').length") as? Int == count, "\(tag)")
    }
  }

  @Test func isReadableInLightAndDarkOnWideAndNarrowAndOnPaper() throws {
    let folder = try TemporaryFolder()
    let path = try page(in: folder)
    let browser = try Browser(in: folder.path)
    try browser.visit(path)
    let album = ProcessInfo.processInfo.environment["PATCHWORK_PICTURES"]
    for scheme in ["light", "dark"] {
      try browser.ask(
        "Emulation.setEmulatedMedia", ["features": [["name": "prefers-color-scheme", "value": scheme]]])
      for (name, width) in [("wide", 1280), ("narrow", 360)] {
        let picture = try browser.picture(width: width, height: 900)
        #expect(picture.count > 50_000, "\(scheme), \(name)")
        #expect(try browser.value(PageChecks.overflow) as? Int == 0, "\(scheme), \(name)")
        #expect(try browser.texts(PageChecks.faintText) == [], "\(scheme), \(name)")
        #expect(try browser.texts(PageChecks.unseenFigures) == [], "\(scheme), \(name)")
        if let album { try AtomicFile.write(picture, to: "\(album)/\(scheme)-\(name).png") }
      }
    }
    #expect(try browser.texts(PageChecks.disorder) == [])
    let paper = try browser.print()
    #expect(paper.starts(with: Data("%PDF".utf8)) && paper.count > 50_000)
    if let album { try AtomicFile.write(paper, to: "\(album)/paper.pdf") }
  }

  @Test func isReachedByTheKeyboardThroughout() throws {
    let folder = try TemporaryFolder()
    let path = try page(in: folder)
    let browser = try Browser(in: folder.path)
    try browser.visit(path)
    // What is folded is reached once it is unfolded.
    _ = try browser.value("document.querySelectorAll('details').forEach(d=>{d.open=true})")
    let count = try #require(try browser.value(PageChecks.controls) as? Int)
    #expect(count > 100)
    // Each step marks what has the focus; the order is the document's.
    var reached = 0
    for _ in 0..<(count + 5) {
      try browser.press("Tab", code: 9)
      let isNew = try browser.value(
        "(()=>{const e=document.activeElement;if(e===document.body||e.dataset.reached)return false;"
          + "e.dataset.reached=1;return true})()")
      guard isNew as? Bool == true else { break }
      reached += 1
    }
    #expect(reached == count)
  }

  @Test func saysTheSameWithoutItsScript() throws {
    let folder = try TemporaryFolder()
    let path = try page(in: folder)
    let browser = try Browser(in: folder.path)
    try browser.visit(path)
    #expect(try browser.value("document.querySelectorAll('button').length") as? Int ?? 0 > 10)
    let with = try browser.value(PageChecks.words) as? String
    try browser.ask("Emulation.setScriptExecutionDisabled", ["value": true])
    try browser.visit(path)
    #expect(try browser.value("document.querySelectorAll('button').length") as? Int == 0)
    let without = try browser.value(PageChecks.words) as? String
    #expect(with == without && (with ?? "").count > 5000)
    #expect(try browser.texts(PageChecks.unseenFigures) == [])
    #expect(try browser.texts(PageChecks.disorder) == [])
  }

  @Test func hidesNetworksByTheAddressAndSortsAndFilters() throws {
    let folder = try TemporaryFolder()
    let path = try page(in: folder)
    let browser = try Browser(in: folder.path)
    try browser.visit(path, fragment: "#accuracy~hide=bagnet33-w16")
    func shown(_ name: String) throws -> Int? {
      try browser.value(
        "[...document.querySelectorAll('[data-name=\"\(name)\"]')].filter(e=>e.getClientRects().length).length"
      )
        as? Int
    }
    #expect(try shown("bagnet33-w16") == 0)
    #expect(try shown("bagnet17-w16") ?? 0 > 0)
    #expect(complaints(browser) == [])
    let box =
      "[...document.querySelectorAll('.networks label')].find(l=>l.textContent.trim()==='%').firstChild"
    _ = try browser.value(box.replacing("%", with: "bagnet33-w16") + ".click()")
    #expect(try shown("bagnet33-w16") ?? 0 > 0)
    _ = try browser.value(box.replacing("%", with: "resnet50-w16") + ".click()")
    #expect(try shown("resnet50-w16") == 0)
    #expect(try browser.value("location.hash") as? String == "#accuracy~hide=resnet50-w16")

    let table = "document.querySelector('#figure-accuracy table')"
    let column = "[...\(table).tBodies[0].rows].map(r=>r.cells[2].textContent)"
    let before = try browser.texts(column)
    _ = try browser.value("\(table).tHead.rows[0].cells[2].querySelector('button').click()")
    let ascending = try browser.texts(column)
    #expect(try browser.value("\(table).tHead.rows[0].cells[2].ariaSort") as? String == "ascending")
    #expect(ascending == before.sorted { $0.localizedStandardCompare($1) == .orderedAscending })
    _ = try browser.value("\(table).tHead.rows[0].cells[2].querySelector('button').click()")
    #expect(try browser.texts(column) == ascending.reversed())
    _ = try browser.value("\(table).tHead.rows[0].cells[2].querySelector('button').click()")
    #expect(try browser.texts(column) == before)

    let filter =
      "[...document.querySelectorAll('.filter')].find(f=>f.nextElementSibling.textContent.includes('oven'))"
    _ = try browser.value(
      "(()=>{const f=\(filter).querySelector('input');f.value='oven';f.dispatchEvent(new Event('input'))})()"
    )
    let rows = try browser.texts(
      "[...\(filter).nextElementSibling.querySelectorAll('tbody tr')].filter(r=>!r.hidden)"
        + ".map(r=>r.cells[0].textContent)")
    #expect(rows == ["oven"])
  }

  @Test func aSliderShowsOneSizeOfTheStickerAtATime() throws {
    let folder = try TemporaryFolder()
    let path = try page(in: folder)
    let browser = try Browser(in: folder.path)
    try browser.visit(path)
    let seen =
      "[...document.querySelectorAll('.states>div')].filter(e=>e.getClientRects().length).map(e=>e.dataset.state)"
    let slider = "document.querySelector('#areas .fade input')"
    let percent = "\u{202F}% of the picture"
    #expect(try browser.texts(seen) == ["10" + percent])
    for (place, state) in ["without a sticker", "5" + percent].enumerated() {
      _ = try browser.value(
        "(()=>{const s=\(slider);s.value=\(place);s.dispatchEvent(new Event('input'))})()")
      #expect(try browser.texts(seen) == [state])
      #expect(try browser.value("\(slider).getAttribute('aria-valuetext')") as? String == state)
      #expect(try browser.value("document.querySelector('#areas output').textContent") as? String == state)
    }
    // Every state without the script, and on paper.
    try browser.ask("Emulation.setEmulatedMedia", ["media": "print"])
    #expect(try browser.texts(seen).count == 3)
    try browser.ask("Emulation.setEmulatedMedia", ["media": ""])
    try browser.ask("Emulation.setScriptExecutionDisabled", ["value": true])
    try browser.visit(path)
    #expect(try browser.texts(seen).count == 3)
  }

  @Test func aMapFadesOverItsPicture() throws {
    let folder = try TemporaryFolder()
    let path = try page(in: folder)
    let browser = try Browser(in: folder.path)
    try browser.visit(path)
    for section in ["places", "evidence"] {
      let slider = "document.querySelector('#\(section) .fade input')"
      let strength = "getComputedStyle(document.querySelector('#\(section) .multiply')).opacity"
      #expect(try browser.value(strength) as? String == "1")
      _ = try browser.value(
        "(()=>{const s=\(slider);s.value=40;s.dispatchEvent(new Event('input'))})()")
      #expect(try browser.value(strength) as? String == "0.4")
    }
  }

  @Test func copiesFiguresAsDrawingsAndNumbers() throws {
    let folder = try TemporaryFolder()
    let path = try page(in: folder)
    let browser = try Browser(in: folder.path)
    try browser.visit(path)
    // What would go to the clipboard is caught on its way.
    _ = try browser.value(
      "Object.defineProperty(navigator,'clipboard',{value:{writeText:async t=>{window.caught=t}}})")
    let tools = "[...document.querySelectorAll('#figure-accuracy .tools button')]"
    #expect(try browser.texts("\(tools).map(b=>b.textContent)") == ["Copy as SVG", "Copy as CSV"])
    let svg = try #require(
      try browser.value("(async()=>{\(tools)[0].click();await 0;return window.caught})()") as? String)
    let drawing = try XMLDocument(xmlString: svg)
    #expect(drawing.rootElement()?.name == "svg")
    #expect(svg.contains("fill=\"rgb(") && !svg.contains("var(") && !svg.contains("class="))
    let csv = try #require(
      try browser.value("(async()=>{\(tools)[1].click();await 0;return window.caught})()") as? String)
    let lines = csv.split(separator: "\r\n")
    #expect(lines.count == 4 && lines[0].hasPrefix("Network,Pictures,Top-1"))
    #expect(lines[1].hasPrefix("bagnet17-w16,500,"))
  }

  @Test func findsNoElementThatHostileTextMade() throws {
    let folder = try TemporaryFolder()
    let text =
      "<script>alert(1)</script>\"><img src=x onerror=alert(1)>.png\"\u{301} onclick=\u{301}alert(1) '"
    let study = try HostileFixture.study(at: folder.file("evil.study"), text: text)
    try Report(studies: [study]).write(to: folder.file("page.html"))
    let browser = try Browser(in: folder.path)
    try browser.visit(folder.file("page.html"))
    #expect(complaints(browser) == [])
    #expect(
      try browser.texts("[...document.scripts].map(s=>s.textContent)") == [PageScript.source])
    #expect(try browser.value("document.querySelectorAll('[src=\"x\"]').length") as? Int == 0)
    #expect(
      try browser.texts(
        "[...document.querySelectorAll('*')].flatMap(e=>e.getAttributeNames()).filter(a=>a.startsWith('on'))")
        == [])
    #expect(try browser.value("document.querySelector('#provenance')!==null") as? Bool == true)
  }
}
