import Files
import Foundation
import Layers
import Models
import Probes
import Studies
import Testing

@testable import Reporting

extension StudyFixture {
  /// The figures that show what `full` holds.
  static let figures: Set<String> = [
    "figure-accuracy", "figure-confusion-1", "figure-confusion-2", "figure-confusion-3", "figure-comparison",
    "figure-sticker", "figure-evidence-1", "figure-evidence-2", "figure-evidence-3", "figure-shape-bias",
    "figure-error-consistency", "figure-distortions",
  ]
}

/// The page as text.
struct ReportPageTests {
  @Test func givesTheSameBytesForTheSameStudy() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let study = try fixture.full(at: folder.file("demo.study"))
    let written = try Report(studies: [study]).write(to: folder.file("one.html")).paths
    #expect(written == [folder.file("one.html"), folder.file("one.json")])
    let again = try Report(studies: [Study(reading: study.path)])
    #expect(try Data(contentsOf: URL(fileURLWithPath: written[1])) == again.json())
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: written[0])) == Data(again.html(jsonName: "one.json").utf8))
    // For looking at the page with one's own eyes.
    if let place = ProcessInfo.processInfo.environment["PATCHWORK_PAGE"] { try again.write(to: place) }
  }

  @Test func givesEachFigureATitleARoleAndATable() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let page = try Report(studies: [fixture.full(at: folder.file("demo.study"))]).html()
    let figures = page.components(separatedBy: "<figure id=").dropFirst().map {
      $0.components(separatedBy: "</figcaption>")[0]
    }
    let identifiers = Set(figures.map { $0.dropFirst().prefix { $0 != "\"" } }.map(String.init))
    #expect(identifiers.isSuperset(of: StudyFixture.figures), "found \(identifiers.sorted())")
    for figure in figures {
      #expect(figure.contains("<table>"))
      #expect(figure.contains("<caption>"))
      #expect(figure.contains("role=\"img\""))
    }
    // Every drawing that is not a legend's key says what it shows.
    let drawings = page.components(separatedBy: "<svg ").dropFirst().filter { !$0.hasPrefix("class=\"key\"") }
    for figure in StudyFixture.figures {
      #expect(drawings.contains { $0.contains("aria-labelledby=\"\(figure)-") }, "no drawing in \(figure)")
    }
    for drawing in drawings {
      #expect(drawing.hasPrefix("role=\"img\" aria-labelledby="))
      #expect(drawing.contains("<title id="))
      #expect(drawing.contains("<desc id="))
    }
    for picture in page.components(separatedBy: "<img ").dropFirst() {
      #expect(picture.prefix { $0 != ">" }.contains("alt=\""))
    }
  }

  @Test func usesEachIdentifierOnceAndRefersToNoOther() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let page = try Report(studies: [fixture.full(at: folder.file("demo.study"))]).html()
    let identifiers = page.matches(of: #/ id="([^"]*)"/#).map { String($0.output.1) }
    #expect(Set(identifiers).count == identifiers.count)
    let references =
      page.matches(of: /href="#([^"]*)"/).map { String($0.output.1) }
      + page.matches(of: /aria-labelledby="([^"]*)"/).flatMap {
        $0.output.1.split(separator: " ").map(String.init)
      }
    #expect(!references.isEmpty)
    for reference in references { #expect(identifiers.contains(reference), "\(reference)") }
  }

  @Test func allowsItsOwnStyleAndScriptAndNothingElse() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let page = try Report(studies: [fixture.full(at: folder.file("demo.study"))]).html()
    let style = try #require(page.firstMatch(of: /<style>((?:.|\n)*?)<\/style>/)?.output.1)
    let hash = Data(SHA256.digest(of: style.utf8)).base64EncodedString()
    #expect(page.contains("default-src 'none'; img-src data:; style-src 'sha256-\(hash)'"))
    let scripts = page.matches(of: /<script>((?:.|\n)*?)<\/script>/).map { String($0.output.1) }
    #expect(scripts == [PageScript.source] && page.components(separatedBy: "<script").count == 2)
    let scriptHash = Data(SHA256.digest(of: PageScript.source.utf8)).base64EncodedString()
    #expect(page.contains("script-src 'sha256-\(scriptHash)'; base-uri 'none'"))
    #expect(!page.contains(" style=\""), "the policy would refuse a style attribute")
    #expect(!page.contains("http://") && !page.contains("https://"))
    #expect(!page.contains("url(") && !page.contains("@import"))
  }

  @Test func writesHeadingsInOrder() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let page = try Report(studies: [fixture.full(at: folder.file("demo.study"))]).html()
    let levels = page.matches(of: /<h([1-6])[ >]/).compactMap { Int($0.output.1) }
    #expect(levels.first == 1)
    #expect(levels.count { $0 == 1 } == 1)
    for (one, next) in zip(levels, levels.dropFirst()) { #expect(next <= one + 1) }
  }

  @Test func hasASectionOnlyWhereTheStudyHasData() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let study = try Study(at: folder.file("small.study"))
    try fixture.addAccuracy(
      to: study, models: [StudyFixture.model("a", "bagnet9", parameters: 5, field: 9)], count: 20)
    let page = try Report(studies: [study]).html()
    let sections = page.matches(of: /<section id="([^"]*)"/).map { String($0.output.1) }
    #expect(sections == ["summary", "networks", "accuracy", "provenance", "limits"])
    #expect(!page.contains("Cue-conflict"))
  }

  @Test func printsTheCountedNumbers() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("known.study"))
    let model = StudyFixture.model("known", "bagnet9", parameters: 1_234_567, field: 9)
    let run = try study.begin(StudyFixture.run(.sticker, model, target: 8, command: "c"))
    // Ten of class 8, which do not count; of the ten others six are turned, one by noise, two by the photograph.
    let answers = (0..<20).map { index in
      let label = index < 10 ? 8 : 3
      return StickerAnswer(
        image: "\(index)", label: label, clean: label, x: 0, y: 0, scale: 1, sticker: index < 16 ? 8 : 3,
        noise: index < 11 ? 8 : 3, photo: index < 12 ? 8 : 3)
    }
    try study.append(answers, to: run)
    let report = try Report(studies: [study])
    let page = try report.html()
    let cells = [
      "10", "60.0 %", "31.3–83.2 %", "20.0 %", "5.7–51.0 %", "10.0 %", "1.8–40.4 %", "20", "100.0 %",
      "70.0 %", "0",
    ]
    .map { "<td class=\"n\">\($0.replacing(" ", with: "\u{202F}"))</td>" }.joined()
    #expect(page.contains("<th scope=\"row\">known</th><td>golf ball</td>" + cells))
    #expect(page.contains("1,234,567"))
    #expect(page.contains("Not finished: known."), "the run was never finished")
  }

  @Test func escapesEverythingThatComesFromOutside() throws {
    let folder = try TemporaryFolder()
    // An accent after a quotation mark makes one character of the two, for Swift but not for a browser.
    let hostile = [
      "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>.png",
      "\"\u{301} onmouseover=\u{301}alert(1)",
      "</style><script>", "{{{markup}}}{{>page}}", "'><svg onload=alert(1)>", "\u{202E}gnp.exe\u{0}\u{7}",
    ].joined(separator: " ")
    let study = try HostileFixture.study(at: folder.file("evil.study"), text: hostile)
    let page = try Report(studies: [study]).html()
    #expect(page.components(separatedBy: "<script").count == 2, "its own")
    for text in [
      "<script>alert", "</style><script", "<img src=x", "<svg onload", "\u{202E}", "\u{0}", "</style><",
    ] {
      #expect(page.unicodeScalars.firstRange(of: text.unicodeScalars) == nil, "\(text)")
    }
    #expect(page.unicodeScalars.firstRange(of: "\"\u{301}".unicodeScalars) == nil)
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(page.contains("{{{markup}}}{{&gt;page}}"))
  }

  @Test func staysReadableWithNumbersThatAreNone() throws {
    let folder = try TemporaryFolder()
    let study = try HostileFixture.study(at: folder.file("odd.study"), text: "odd")
    let page = try Report(studies: [study]).html()
    #expect(page.firstMatch(of: /[^a-z](nan|inf)[^a-z]/) == nil, "numbers that are none are put in words")
    #expect(page.contains("class 99"), "a class that the card does not have is called by its number")
  }

  @Test func namesTheStudyWhereSeveralKnowAnObserver() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let model = StudyFixture.model("same", "bagnet9", parameters: 5, field: 9)
    let studies = try ["one", "two"].map { name in
      let study = try Study(at: folder.file("\(name).study"))
      try fixture.addAccuracy(to: study, models: [model], count: 10)
      try fixture.addTextureBias(to: study)
      return study
    }
    let report = try Report(studies: studies)
    let page = try report.html()
    #expect(page.contains("same · one") && page.contains("same · two"))
    #expect(page.contains("Robustness report: one, two"))
  }

  @Test func countsPeopleTogether() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("people.study"))
    // 3 of 4 and 1 of 1: together 80 %, while the mean of the two would be 87.5 %.
    for (name, responses) in [("p1", ["cat", "cat", "cat", "dog"]), ("p2", ["cat", "na"])] {
      let run = try study.begin(
        RunDescription(
          kind: .textureBias, observer: name, observerKind: .person, command: "c", seed: 0, threads: 1,
          processor: "p", options: [:], toolVersion: "1"))
      try study.append(
        responses.map {
          CueConflictAnswer(stimulus: "cat1-dog1.png", shape: "cat", texture: "dog", response: $0)
        },
        to: run)
      try study.finish(run)
    }
    let page = try Report(studies: [study]).html()
    #expect(page.contains("2 people <strong>80.0\u{202F}%</strong> of 5"))
  }

  @Test func refusesToReportNothing() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("empty.study"))
    #expect(throws: ReportingError.nothingToReport(studies: [study.path])) { try Report(studies: [study]) }
    #expect(throws: ReportingError.nothingToReport(studies: [])) { try Report(studies: []) }
  }

  @Test func writesOnlyPagesAndLeavesNothingBehindWhenItCannot() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let study = try Study(at: folder.file("a.study"))
    try fixture.addAccuracy(
      to: study, models: [StudyFixture.model("a", "bagnet9", parameters: 5, field: 9)], count: 5)
    let report = try Report(studies: [study])
    #expect(throws: ReportingError.notAPage(path: "x.json")) { try report.write(to: "x.json") }
    #expect(throws: ReportingError.notAPage(path: ".html")) { try report.write(to: ".html") }
    #expect(throws: FileError.self) { try report.write(to: folder.file("nowhere/x.html")) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.study"])
  }
}

/// A study in which every text that comes from outside is `text`, and numbers are odd.
enum HostileFixture {
  static func study(at path: String, text: String) throws -> Study {
    let study = try Study(at: path)
    let model = ModelRecord(
      card: ModelCard(
        name: text, architecture: text, classes: [text], classNames: [text], source: text, licence: text,
        corpus: text, top1: nil),
      weightsSHA256: text, parameters: -1, receptiveField: nil, inputSize: 0)
    func begin(_ kind: QuestionKind) throws -> Run {
      try study.begin(
        RunDescription(
          kind: kind, model: model, target: kind == .sticker ? 99 : nil, command: text, seed: .max,
          threads: 0,
          processor: text, options: [text: text], toolVersion: text), at: StudyFixture.start)
    }
    let picture = try EncodedPicture(
      PNGFixture.encode(width: 8, height: 8) { _, _ in [1, 0, 0] }, name: text)
    try study.append(
      [ImageAnswer(image: text, label: -5, top: [])], skipped: [SkippedImage(image: text, reason: text)],
      to: begin(.accuracy))
    let sticker = try begin(.sticker)
    try study.append(
      Artifact.Role.allCases.map {
        Artifact(role: $0, name: text, caption: text, picture: picture)
      }, to: sticker)
    let map = EvidenceMap(
      model: text, image: text, classIndex: 99, logit: .nan, cells: [.nan, .infinity, -.infinity, 0], rows: 2,
      columns: 2, receptiveField: ReceptiveField(size: 1, stride: 0, offset: -9))
    try study.append([PicturedEvidence(map: map, picture: picture)], to: begin(.evidence))
    // A kind of distortion is one word in a study.
    let word = text.filter { $0 != " " && $0 != ";" && !$0.isNewline }
    var distortions = StudyFixture.run(.distortions, model, command: text)
    distortions.options = [text: text, RunDescription.conditionsOption: "\(word) 0 1e300"]
    try study.append(
      [DistortionAnswer(image: text, label: -5, answers: [-5, 7])], to: study.begin(distortions))
    try study.append(
      [CueConflictAnswer(stimulus: text, shape: text, texture: "other", response: text)],
      to: begin(.textureBias))
    return study
  }
}
