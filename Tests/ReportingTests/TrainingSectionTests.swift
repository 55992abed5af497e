import Foundation
import Probes
import Studies
import Testing
import Training

@testable import Reporting

/// Logs of trainings on the page and in the JSON.
struct TrainingSectionTests {
  /// A log of made numbers: loss falls, accuracy rises; validated after every `interval`th epoch and the last.
  private static func log(
    _ name: String, epochs: Int, interval: Int? = 1, in folder: TemporaryFolder
  ) throws -> TrainingLog {
    let lines = (1...epochs).map { epoch -> String in
      let isValidated = interval.map { epoch % $0 == 0 || epoch == epochs } ?? false
      let share = Double(epoch) / Double(epochs)
      return """
        {"epoch":\(epoch),"images_per_second":100,"learning_rate":\(0.1 / Double(epoch)),"seconds":60.5,\
        "training_loss":\(2.3 / Double(epoch)),"training_top1":\(0.9 * share),\
        "validation_top1":\(isValidated ? String(0.8 * share) : "null")}

        """
    }
    let path = folder.file("\(name).training.jsonl")
    try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: path))
    return try TrainingLog(contentsOf: path)
  }

  private static func text(_ page: String, of id: String) throws -> String {
    let start = try #require(page.range(of: "<section id=\"\(id)\"")).lowerBound
    let end = try #require(page[start...].range(of: "</section>")).upperBound
    return String(page[start..<end])
  }

  @Test func aPageOfLogsAloneHasItsSectionAndSaysWhatItIs() throws {
    let folder = try TemporaryFolder()
    let report = try Report(
      studies: [],
      training: [
        Self.log("bagnet9", epochs: 4, in: folder), Self.log("resnet50", epochs: 6, interval: 4, in: folder),
      ])
    let page = try report.html()
    let sections = page.matches(of: /<section id="([^"]*)"/).map { String($0.output.1) }
    #expect(sections == ["training", "limits"])
    #expect(page.contains("<h1>Training report: bagnet9, resnet50</h1>"))
    #expect(page.contains("2 trainings · 10 epochs") && page.contains("from the training logs named above"))
    #expect(!page.contains("Wilson") && page.contains("Learning rate"))
    let training = try Self.text(page, of: "training")
    #expect(
      training.contains(
        "bagnet9 <strong>80.0\u{202F}%</strong> after 4 epochs and 4 min 02 s; resnet50 <strong>80.0\u{202F}%</strong> "
          + "after 6 epochs and 6 min 03 s."))
    let cells = ["4", "0.575", "90.0 %", "80.0 %", "80.0 %", "4", "0.1", "100", "4 min 02 s"].map {
      "<td class=\"n\">\($0.replacing(" %", with: "\u{202F}%"))</td>"
    }
    #expect(training.contains("<th scope=\"row\">bagnet9</th>" + cells.joined()))
    // If someone looks at the page with their own eyes.
    if let place = ProcessInfo.processInfo.environment["PATCHWORK_TRAINING_PAGE"] {
      try report.write(to: place)
    }
  }

  @Test func everyEpochIsInTheTablesAndEveryTrainingInTheLegend() throws {
    let folder = try TemporaryFolder()
    let logs = try [
      Self.log("one", epochs: 5, in: folder), Self.log("two", epochs: 3, interval: 2, in: folder),
    ]
    let training = try Self.text(Report(studies: [], training: logs).html(), of: "training")
    let figures = training.components(separatedBy: "<figure id=").dropFirst()
    for name in ["figure-loss", "figure-training-accuracy"] {
      let figure = try #require(figures.first { $0.hasPrefix("\"\(name)\"") }, "no \(name)")
      #expect(figure.components(separatedBy: "<tr>").count - 1 == 1 + 8)
      #expect(figure.contains("<li><svg class=\"key\"") && figure.contains("<span>one</span>"))
      #expect(figure.contains("<span>two</span>"))
    }
    // Loss 1.15 at a learning rate of 0.05, and the second training's first epoch, which was not validated.
    #expect(training.contains("<td class=\"n\">2</td><td class=\"n\">1.150</td><td class=\"n\">0.05</td>"))
    #expect(
      training.contains("<td class=\"n\">1</td><td class=\"n\">30.0\u{202F}%</td><td class=\"n\">–</td>"))
    #expect(
      training.components(separatedBy: "role=\"img\"").count - 1 == 4, "two panels each")
  }

  @Test func withoutValidationThereIsOnePanelLess() throws {
    let folder = try TemporaryFolder()
    let log = try Self.log("alone", epochs: 3, interval: nil, in: folder)
    let training = try Self.text(Report(studies: [], training: [log]).html(), of: "training")
    #expect(training.components(separatedBy: "role=\"img\"").count - 1 == 3)
    #expect(training.contains("alone not measured in 3 epochs"))
  }

  @Test func ofManyTrainingsTheSummaryNamesTheEnds() throws {
    let folder = try TemporaryFolder()
    let logs = try (1...8).map {
      try Self.log("net\($0)", epochs: 30 + $0, interval: $0 == 3 ? nil : 1, in: folder)
    }
    let page = try Report(studies: [], training: logs).html()
    #expect(page.contains("<h1>Training report: 8 networks</h1>"))
    let training = try Self.text(page, of: "training")
    #expect(training.contains("the least and the greatest of 7 networks: net"))
    #expect(training.components(separatedBy: "Not every epoch is drawn.").count - 1 == 2)
  }

  @Test func studiesAndLogsShareAPage() throws {
    let folder = try TemporaryFolder()
    var fixture = StudyFixture()
    let study = try Study(at: folder.file("s.study"))
    try fixture.addAccuracy(
      to: study, models: [StudyFixture.model("a", "bagnet9", parameters: 5, field: 9)], count: 20)
    let report = try Report(studies: [study], training: [Self.log("a", epochs: 2, in: folder)])
    let page = try report.html()
    let sections = page.matches(of: /<section id="([^"]*)"/).map { String($0.output.1) }
    #expect(sections == ["summary", "networks", "training", "accuracy", "provenance", "limits"])
    #expect(page.contains("Robustness report: s") && page.contains("1 training · 2 epochs"))
    #expect(page.contains("from the studies and training logs named above"))
    let identifiers = page.matches(of: #/ id="([^"]*)"/#).map { String($0.output.1) }
    #expect(Set(identifiers).count == identifiers.count)
  }

  @Test func theJSONHasEveryEpochUnderTheLogsOwnKeys() throws {
    let folder = try TemporaryFolder()
    let log = try Self.log("net", epochs: 300, interval: 100, in: folder)
    let report = try Report(studies: [], training: [log, log])
    let root = try #require(try JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
    let trainings = try #require(root["training"] as? [[String: Any]])
    #expect(trainings.map { $0["name"] as? String } == ["net", "net (2)"])
    let epochs = try #require(trainings[0]["epochs"] as? [[String: Any]])
    #expect(epochs.count == 300 && trainings[0]["n_epochs"] as? Int == 300)
    #expect(epochs[0]["validation_top1"] is NSNull)
    #expect(epochs[299]["validation_top1"] as? Double == log.entries[299].validationTop1)
    #expect(
      Set(epochs[0].keys)
        == [
          "epoch", "images_per_second", "learning_rate", "seconds", "training_loss", "training_top1",
          "validation_top1",
        ])
    #expect(trainings[0]["best_epoch"] as? Int == 300 && trainings[0]["seconds"] as? Double == 300 * 60.5)
    // The page stays readable.
    let training = try Self.text(report.html(), of: "training")
    #expect(training.contains("long trainings shortened"))
    #expect(training.components(separatedBy: "<tr>").count < 2 * 2 * 250)
    #expect(training.contains("<td class=\"n\">300</td>"), "the last epoch is always there")
  }

  @Test func namesAreEscaped() throws {
    let folder = try TemporaryFolder()
    let log = try Self.log("<img src=x onerror=alert(1)>\"\u{301} {{{x}}}", epochs: 2, in: folder)
    let page = try Report(studies: [], training: [log]).html()
    #expect(
      !page.contains("<img") && page.contains("&lt;img src=x onerror=alert(1)&gt;&quot;\u{301} {{{x}}}"))
  }

  @Test func neitherStudyNorLogIsNothing() {
    #expect(throws: ReportingError.nothingToReport(studies: [])) { try Report(studies: [], training: []) }
  }

  // MARK: Charts

  @Test func onlyAxesDrawAxes() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources/Reporting")
    let walker = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    let drawing = try walker.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.filter {
      let text = try String(contentsOf: $0, encoding: .utf8)
      return text.contains("\"class\": \"axis\"") || text.contains("\"class\": \"grid\"")
    }
    #expect(drawing.map(\.lastPathComponent).sorted() == ["Axis.swift", "VerticalAxis.swift"])
  }

  @Test(
    arguments: [
      (0, 1), (0.99, 1), (1, 1), (2.3, 2.5), (1.83, 2), (6.9, 8), (9.1, 10), (0.034, 0.04), (480, 500),
      (.infinity, 1),
    ] as [(Double, Double)])
  func lossAxesEndAtRoundNumbers(_ greatest: Double, _ end: Double) {
    #expect(abs(ReportData.roundBound(over: greatest) - end) < 1e-9 * end)
  }

  @Test(arguments: [
    (1, "loss", ["0", "0.2", "0.4", "0.6", "0.8", "1"]), (2.5, "loss", ["0", "0.5", "1", "1.5", "2", "2.5"]),
    (0.15, "loss, × 10⁻²", ["0", "3", "6", "9", "12", "15"]),
    (0.1, "loss, × 10⁻²", ["0", "2", "4", "6", "8", "10"]),
    (800, "loss", ["0", "160", "320", "480", "640", "800"]),
    (15_000, "loss, × 10⁴", ["0", "0.3", "0.6", "0.9", "1.2", "1.5"]),
    (8e-5, "loss, × 10⁻⁶", ["0", "16", "32", "48", "64", "80"]),
  ])
  func axesLabelsAreShort(_ end: Double, _ name: String, _ labels: [String]) {
    let axis = ReportData.axis("loss", to: end)
    let scale = LinearScale(domain: (0, end), range: (0, 1))
    #expect(axis.name == name && scale.ticks(axis.steps).map(axis.label) == labels)
  }

  @Test func thinningKeepsTheLastAndEvenSteps() {
    #expect(ReportData.thinned(Array(1...8), to: 8) == Array(1...8))
    #expect(ReportData.thinned(Array(1...9), to: 8) == [1, 3, 5, 7, 9])
    #expect(ReportData.thinned(Array(1...10), to: 4) == [1, 4, 7, 10])
    #expect(ReportData.thinned([Int](), to: 4).isEmpty)
  }
}
