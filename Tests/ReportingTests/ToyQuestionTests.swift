import Foundation
import Models
import Probes
import Studies
import Testing

@testable import Reporting

// A kind of question that the tool does not have, made as a new one would be: four pieces, each a file of its own where
// it is real, and the line in the catalogue.

// MARK: - 1. What is asked: Sources/Probes/Brightness/

extension QuestionKind {
  fileprivate static let brightness = QuestionKind(rawValue: "brightness")
}

/// How bright a network finds one picture, 0…1.
private struct BrightnessAnswer: Hashable, Sendable {
  var image: String
  var brightness: Double
}

private struct BrightnessResult: Sendable {
  var answers: [BrightnessAnswer]
  var skipped: [SkippedImage] = []
}

private struct BrightnessDocument: AnswerDocument {
  let n: Int

  init(_ result: BrightnessResult) { n = result.answers.count }
}

// MARK: - 2. How it is kept: Sources/Studies/Answers/

extension BrightnessAnswer: StudyAnswer {
  static var kind: QuestionKind { .brightness }
  var item: String { image }
  static var table: StudyTable {
    StudyTable(name: "brightness_answers", columns: [.text("image"), .real("brightness")])
  }
  var values: StudyValues { StudyValues([image, brightness]) }
  init(values: StudyValues) throws {
    self.init(image: try values.value(0), brightness: try values.value(1))
  }
}

extension BrightnessResult: RecordedResult {
  init(_ answers: [BrightnessAnswer], of run: Run, in study: Study) throws { self.init(answers: answers) }
}

// MARK: - 3. How it is told: Sources/Reporting/Parts/

extension ReportData {
  fileprivate var brightness: [Entry<Recorded<BrightnessResult>>] {
    get { self[AnswerSlot("brightness")] }
    set { self[AnswerSlot("brightness")] = newValue }
  }

  fileprivate func brightnessSection() -> PageSection? {
    guard !brightness.isEmpty else { return nil }
    return PageSection(
      id: "brightness", title: "Brightness",
      blocks: perQuestion(\.brightness) { view in
        [
          .table(
            Table(
              "Brightness", text: ["Network"], numbers: ["Mean"],
              rows: view.brightnessMeasurements().map { [$0.name, Format.precise($0.value ?? .nan)] }))
        ]
      })
  }

  fileprivate func brightnessMeasurements() -> [Reporting.Measurement] {
    brightness.map { entry in
      Measured(data: self, entry: entry, run: entry.value.run).mean(
        "brightness", "Brightness", [], .neither,
        Dictionary(entry.value.result.answers.map { ($0.image, $0.brightness) }) { first, _ in first })
    }
  }
}

// MARK: - 4. The line in the catalogue

extension ReportPart {
  fileprivate static let brightness = ReportPart(
    kind: .brightness, sections: ["brightness"], jsonKey: "brightness", reading: BrightnessResult.self,
    drawn: { [$0.brightnessSection()] },
    json: { data in data.brightness.map { data.answered($0, \.skipped, BrightnessDocument.init) } },
    measurements: { $0.brightnessMeasurements() })
}

struct ToyQuestionTests {
  private func add(_ corpus: String, _ values: [Double], to study: Study) throws {
    var description = StudyFixture.run(
      .brightness, StudyFixture.model("bag", "bagnet9", parameters: 5, field: 9), command: "ask")
    description.options["corpus"] = corpus
    let run = try study.begin(description)
    #expect(try study.answers(BrightnessAnswer.self, of: run).isEmpty, "no table is there yet")
    try study.append(
      values.enumerated().map { BrightnessAnswer(image: "\($0).jpg", brightness: $1) }, to: run)
    try study.finish(run)
  }

  private let parts = ReportPart.catalogue + [.brightness]

  @Test func aNewKindIsOnThePageInTheJSONInTheGatesInExportsAndMerges() throws {
    let folder = try TemporaryFolder()
    let (first, second) = (folder.file("a.study"), folder.file("b.study"))
    try add("light", [0.8, 1], to: Study(at: first))
    try add("dark", [0.1, 0.3, 0.2], to: Study(at: second))
    _ = try Study.merge([first, second], into: folder.file("both.study"))
    let study = try Study(reading: folder.file("both.study"))
    #expect(try study.runs().map { try study.answerCount(of: $0) } == [2, 3])
    let report = try Report(
      studies: [study], gates: [try Gate("*.brightness<0.25")], parts: parts)
    #expect(report.gates.map(\.isMet) == [true])
    let numbers = report.gateableNumbers
    #expect(numbers.map(\.question) == ["light", "dark"])
    for (number, mean) in zip(numbers, [0.9, 0.2]) { #expect(abs((number.value ?? 0) - mean) < 1e-12) }
    let html = try report.html()
    #expect(html.contains("<h3>light</h3>") && html.contains("<h3>dark</h3>"))
    let json = try #require(try JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
    let told = try #require(json["brightness"] as? [[String: Any]])
    #expect(told.map { $0["n"] as? Int } == [2, 3] && told.allSatisfy { $0["name"] as? String == "bag" })
  }

  /// A page without what it does not know would pass over what was asked.
  @Test func aKindThatIsNotKnownIsRefused() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    try add("light", [0.5], to: study)
    let error = try #require(throws: StudyError.self) { try Report(studies: [study]) }
    #expect(error.fault == .badInput && error.description.contains("'brightness'"))
  }
}

/// Nothing that a catalogued kind needs is missing.
struct CatalogueTests {
  @Test(arguments: ReportPart.catalogue.map(\.kind))
  func everyKindHasTableSectionDocumentExportAndMeasurements(kind: QuestionKind) throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    try EveryQuestionTests.ask(kind, about: "alpha", isGood: true, in: study)
    let part = try #require(ReportPart.catalogue.first { $0.kind == kind })
    let run = try #require(study.runs().first)
    #expect(try study.answerCount(of: run) > 0, "a table")
    let report = try Report(studies: [study])
    #expect(report.gateableNumbers.contains { $0.kind == kind.rawValue }, "measurements")
    let html = try report.html()
    #expect(part.sections.contains { html.contains("<section id=\"\($0)\"") }, "a section")
    let json = try #require(try JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
    let document = part.jsonKey.split(separator: ".").reduce(json as Any?) {
      ($0 as? [String: Any])?[String($1)]
    }
    #expect(((document as? [Any])?.isEmpty ?? ((document as? [String: Any])?.isEmpty ?? true)) == false)
    #expect(try StudyCSV.tables(of: study).count > 1, "an export beside the runs")
  }
}
