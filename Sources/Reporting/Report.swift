import Files
import Foundation
import Mustache
import Probes
import Studies
import Training

/// One page, and the same numbers as JSON, from studies and logs of trainings.
///
/// The page is a single file that loads nothing and needs no script; the same studies and logs give the same bytes.
public struct Report {
  let data: ReportData

  /// Reads the studies; later changes to them do not show.
  ///
  /// - Throws: `ReportingError.nothingToReport` when no study holds a run and there is no log; `StudyError` for
  ///   damaged studies.
  ///   `ReportingError.gateWithoutNumber` for a gate that speaks of nothing that was measured.
  public init(studies: [Study], training: [TrainingLog] = [], gates: [Gate] = []) throws {
    try self.init(studies: studies, training: training, gates: gates, parts: ReportPart.catalogue)
  }

  init(studies: [Study], training: [TrainingLog] = [], gates: [Gate] = [], parts: [ReportPart]) throws {
    data = try ReportData(studies, training: training, gates: gates, parts: parts)
    guard !data.runs.isEmpty || !training.isEmpty else {
      throw ReportingError.nothingToReport(studies: studies.map(\.path))
    }
  }

  /// Writes the page to `path`, which ends in `.html`, and the numbers beside it under the same name ending
  /// in `.json`; all files appear, whole, or none.
  ///
  /// - Parameter csv: a folder for the tables behind the figures, one file for each, named by the figure's identifier;
  ///   it is made when it is not there.
  /// - Returns: the paths written, page first, and how large the page is.
  /// - Throws: `ReportingError.notAPage`; `FileError.unwritable`.
  @discardableResult
  public func write(to path: String, csv: String? = nil) throws -> WrittenReport {
    guard path.hasSuffix(".html"), path.count > 5 else { throw ReportingError.notAPage(path: path) }
    let numbers = path.dropLast(5) + ".json"
    let name = URL(fileURLWithPath: String(numbers)).lastPathComponent
    let sections = data.sections()
    let page = Data(try html(sections, jsonName: name).utf8)
    var files = [(data: page, path: path), (data: try json(), path: String(numbers))]
    if let csv {
      try AtomicFile.makeFolder(csv)
      files += FigureCSV.files(of: sections).map { (data: Data($0.text.utf8), path: "\(csv)/\($0.name)") }
    }
    try AtomicFile.write(files)
    return WrittenReport(paths: files.map(\.path), pageBytes: page.count)
  }

  /// The JSON document: sorted keys, numbers finite or null.
  public func json() throws -> Data { try data.numbers().json() }

  /// The page.
  ///
  /// - Parameter jsonName: the name of the JSON file to mention.
  public func html(jsonName: String = "report.json") throws -> String {
    try html(data.sections(), jsonName: jsonName)
  }

  private func html(_ sections: [PageSection], jsonName: String) throws -> String {
    let library = try PageTemplate.library()
    let style = PageStyle.css
    let context: PageContext.Object = [
      "pageTitle": data.title, "subtitle": data.subtitle, "jsonName": jsonName, "pageStyle": style,
      "styleHash": Data(SHA256.digest(of: style.utf8)).base64EncodedString(),
      "pageScript": PageScript.source,
      "scriptHash": Data(SHA256.digest(of: PageScript.source.utf8)).base64EncodedString(),
      "sources": data.sources, "sections": sections.map(PageContext.section),
    ]
    guard let page = library.render(context, withTemplate: "page") else {
      throw ReportingError.template(name: "page", reason: "no template of that name")
    }
    // A template leaves its indentation on lines whose section is absent.
    return page.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { line in line.contains { $0 != " " } }.joined(separator: "\n") + "\n"
  }
}

extension ReportData {
  var title: String {
    guard studies.isEmpty else { return "Robustness report: \(studies.joined(separator: ", "))" }
    let names = trainings.map(\.name)
    return "Training report: "
      + (names.count > 3 ? Format.count(names.count, "network") : names.joined(separator: ", "))
  }

  var subtitle: String {
    var parts: [String] = []
    if !studies.isEmpty {
      let observers = Set(runs.map(\.name)).count
      parts += [
        Format.count(studies.count, "study", "studies"), Format.count(observers, "observer"),
        Format.count(runs.count, "run"),
      ]
    }
    if !trainings.isEmpty {
      let epochs = trainings.reduce(0) { $0 + $1.entries.count }
      parts += [Format.count(trainings.count, "training"), Format.count(epochs, "epoch")]
    }
    return parts.joined(separator: " · ")
  }

  /// What the page was made from, in words.
  var sources: String {
    [studies.isEmpty ? nil : "studies", trainings.isEmpty ? nil : "training logs"].compactMap { $0 }
      .joined(separator: " and ")
  }

  /// The parts of the page, each only where the studies have data for it.
  func sections() -> [PageSection] {
    let first = [
      verdictSection(), summarySection(), sideBySideSection(), modelsSection(), trainingSection(),
    ]
    return (first + parts.flatMap { $0.drawn(self) } + [provenanceSection(), limitsSection()]).compactMap {
      $0
    }
  }
}
