import Foundation
import Models
import Probes
import Studies
import Testing
import Training

@testable import Reporting

/// The report's JSON beside the schema in `Reports/report.schema.json`.
struct ReportSchemaTests {
  private static let path = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Reports/report.schema.json").path

  private func check(_ report: Report) throws -> JSONSchema.Findings {
    let document = try JSONDecoder().decode(JSONValue.self, from: try report.json())
    return try JSONSchema(contentsOf: ReportSchemaTests.path).check(document)
  }

  /// Every kind of answer, each of a few pictures, and people beside networks.
  private func wide(_ folder: TemporaryFolder) throws -> Report {
    var large = LargeStudyFixture(pictures: 30)
    let study = try large.write(to: folder.file("wide.study"))
    var small = StudyFixture()
    try small.addTextureBias(to: study)
    return try Report(
      studies: [study], training: [training(folder)],
      gates: [try Gate("bagnet17.sticker_success>0.5"), try Gate("*.clean_accuracy<0.2")])
  }

  private func training(_ folder: TemporaryFolder) throws -> TrainingLog {
    let path = folder.file("a.training.jsonl")
    let lines = (1...3).map { epoch in
      """
      {"epoch":\(epoch),"images_per_second":100,"learning_rate":0.1,"seconds":60.5,"training_loss":2.5,\
      "training_top1":0.4,"validation_top1":\(epoch == 2 ? "null" : "0.5")}

      """
    }
    try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: path))
    return try TrainingLog(contentsOf: path)
  }

  /// A run of each kind that was killed before its first answer.
  private func begun(_ path: String) throws -> Study {
    let study = try Study(at: path)
    let options = [
      RunDescription.conditionsOption: "noise 0.0 0.1", RunDescription.attackOption: "pgd",
      RunDescription.normOption: "linf", RunDescription.rankingsOption: "random",
      RunDescription.setOption: "edges",
    ]
    let questions: [QuestionKind: any Encodable & Sendable] = [
      .shuffling: ShufflingQuestion(conditions: [.init(.grid, 2)]),
      .interactions: InteractionQuestion(layouts: [.init(side: 8, gap: 8)]),
      .sensitivity: SensitivityQuestion(rankings: ["random"], counts: [1], side: 8),
      .evidencePatches: EvidencePatchQuestion(classes: [0], patches: 2),
      .places: PlaceQuestion(stride: 8, width: 20, height: 20),
    ]
    for name in ["first", "second"] {
      let model = StudyFixture.model(name, "bagnet9", parameters: 5, field: 9)
      for kind in ReportPart.catalogue.map(\.kind) {
        var description = StudyFixture.run(kind, model, command: "c")
        description.options = options
        if kind == .corruptions { description.options[RunDescription.conditionsOption] = "clean 0; fog 1 2" }
        if let question = questions[kind] {
          description.options[RunDescription.questionOption] = try RunDescription.option(for: question)
        }
        _ = try study.begin(description, at: StudyFixture.start)
        guard kind == .sticker else { continue }
        description.options[RunDescription.sweepOption] = StickerSweep.areas.rawValue
        description.options[RunDescription.madeOnOption] = name
        description.options[RunDescription.areaOption] = "0.1"
        _ = try study.begin(description, at: StudyFixture.start)
      }
    }
    let person = RunDescription(
      kind: .textureBias, observer: "p1", observerKind: .person, command: "c", seed: 0, threads: 1,
      processor: "p",
      options: [:], toolVersion: "1")
    _ = try study.begin(person, at: StudyFixture.start)
    return study
  }

  @Test func fitsStudiesOfEveryKindAndUsesEveryPropertyOfTheSchema() throws {
    let folder = try TemporaryFolder()
    let hostile = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>.png\u{0}\u{202E}"
    let reports = [
      try wide(folder), try Report(studies: [begun(folder.file("begun.study"))]),
      try Report(studies: [HostileFixture.study(at: folder.file("evil.study"), text: hostile)]),
      try Report(studies: [], training: [training(folder)]),
      try Report(studies: [EvidencePatchReportTests().study(folder.file("patches.study"))]),
      try Report(studies: [LocalConflictReportTests().study(folder.file("local.study"))]),
      try Report(studies: [PlaceReportTests().study(folder.file("places.study"))]),
    ]
    var used: Set<String> = []
    for (place, report) in reports.enumerated() {
      let findings = try check(report)
      #expect(findings.complaints == [], "report \(place)")
      used.formUnion(findings.properties)
      // For another reader of JSON Schema.
      if let folder = ProcessInfo.processInfo.environment["PATCHWORK_DOCUMENTS"] {
        try report.json().write(to: URL(fileURLWithPath: "\(folder)/report-\(place).json"))
      }
    }
    let schema = try JSONSchema(contentsOf: ReportSchemaTests.path)
    #expect(schema.properties().subtracting(used).sorted() == [], "named by the schema, never written")
    #expect(schema.openObjects() == [])
  }

  @Test func saysWhatDoesNotFit() throws {
    let folder = try TemporaryFolder()
    let study = try Study(at: folder.file("a.study"))
    var fixture = StudyFixture()
    let model = StudyFixture.model("a", "bagnet9", parameters: 5, field: 9)
    try fixture.addAccuracy(to: study, models: [model], count: 20)
    let text = String(decoding: try Report(studies: [study]).json(), as: UTF8.self)
    let schema = try JSONSchema(contentsOf: ReportSchemaTests.path)
    func complaints(_ old: String, _ new: String) throws -> [String] {
      try #require(text.contains(old))
      return try schema.check(
        JSONDecoder().decode(JSONValue.self, from: Data(text.replacing(old, with: new).utf8))
      ).complaints
    }
    #expect(try complaints("\"schema_version\" : 2", "\"schema_version\" : 3").count == 1)
    #expect(
      try complaints("\"gates\" :", "\"gate\" :").sorted() == [
        "$: has gate, which it must not", "$: lacks gates",
      ])
    #expect(
      try complaints("\"complete\" : true", "\"complete\" : 1").contains(
        "$.accuracy[0].complete: is no boolean"))
    #expect(
      try complaints("\"n\" : 20,\n      \"name\"", "\"n\" : -1,\n      \"name\"").first?.contains(
        "minimum 0") == true)
    #expect(
      try complaints("\"kind\" : \"accuracy\"", "\"kind\" : \"guess\"").contains {
        $0.hasPrefix("$.runs[0].kind:")
      })
    #expect(try complaints("\"top1\" : ", "\"top1\" : 1").contains { $0.contains("maximum 1") })
  }

  @Test func theCommittedSchemaIsUpToDate() throws {
    let committed = try String(contentsOfFile: ReportSchemaTests.path, encoding: .utf8)
    #expect(
      try committed == ReportSchema.text(),
      "documents have changed; renew with: patchwork report schema > Reports/report.schema.json")
  }

  @Test func namesEveryKindOfRun() throws {
    let schema = try JSONSchema(contentsOf: ReportSchemaTests.path)
    guard case .list(let values)? = schema.root["$defs"]?["run"]?["properties"]?["kind"]?["enum"] else {
      Issue.record("the schema does not say what kinds there are")
      return
    }
    let names = values.compactMap { if case .text(let name) = $0 { name } else { nil } }
    #expect(Set(names) == Set(ReportPart.catalogue.map(\.kind.rawValue)))
  }
}
