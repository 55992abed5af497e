import Files
import Foundation

/// Recorded responses as the published data have them: CSV with the columns `subj`, `session`, `trial`, `rt`,
/// `object_response`, `category`, `condition` and `imagename`, in any order and any case.
public enum ResponseFile {
  static let columns = [
    "subj", "session", "trial", "rt", "object_response", "category", "condition", "imagename",
  ]

  /// Reads one file.
  ///
  /// - Throws: `FileError`; `DatasetsError` with the line, or the missing columns, when the content is not as
  ///   expected.
  public static func read(_ path: String) throws -> [Response] {
    try trials(in: path).map(\.response)
  }

  /// Reads files and tells whose responses they hold, sorted by name.
  ///
  /// - Throws: as `read`; `DatasetsError.contradictoryTrials` and `.ambiguousObserver`, which `RecordedObserver` explains.
  public static func observers(in paths: [String]) throws -> [RecordedObserver] {
    try RecordedObserver.observers(in: paths.map(trials))
  }

  /// Reads one file, each response with its line.
  static func trials(in path: String) throws -> [RecordedTrial] {
    let table = try CSVTable(contentsOf: path)
    let columns = try table.columns(columns)
    guard !table.rows.isEmpty else {
      throw DatasetsError.noRows(path: path, expected: "a line for each response")
    }
    return try table.rows.map { row in
      RecordedTrial(
        response: try RowReader(row: row, path: path, columns: columns).response(), path: path, line: row.line
      )
    }
  }

  /// The responses as CSV, ready to be read back.
  public static func csv(_ responses: [Response]) -> String {
    let rows = responses.map { response in
      [
        response.observer, String(response.session), String(response.trial),
        response.responseTime.map { String($0) } ?? "NaN", response.answer, response.category,
        response.condition, response.imageName,
      ]
    }
    return CSVText.document(header: columns, rows: rows)
  }

  /// Writes responses, whole or not at all.
  ///
  /// - Throws: `FileError.unwritable`.
  public static func write(_ responses: [Response], to path: String) throws {
    try AtomicFile.write(Data(csv(responses).utf8), to: path)
  }

  /// The file name by the published convention: `<dataset>_<observer with - for _>_session-<n>.csv`; a `/`, as names of
  /// the zoo have it, becomes `-` too.
  public static func name(dataset: String, observer: String, session: Int = 1) -> String {
    let name = observer.map { $0 == "_" || $0 == "/" ? "-" : String($0) }.joined()
    return "\(dataset)_\(name)_session-\(session).csv"
  }
}

/// Turns one line into a response.
private struct RowReader {
  let row: CSVTable.Row
  let path: String
  let columns: [String: Int]

  func response() throws -> Response {
    let imageName = try text("imagename")
    do {
      return try Response(
        observer: text("subj"), session: number("session"), trial: number("trial"), responseTime: time(),
        answer: answer(), category: text("category"), condition: field("condition"), imageName: imageName)
    } catch DatasetsError.notAStimulusName {
      throw wrong("an imagename that ends in _cat3-truck1.png or the like", "\"\(imageName)\"")
    }
  }

  private func field(_ column: String) -> String {
    columns[column].map { CSVTable.trimmed(row.fields[$0]) } ?? ""
  }

  private func text(_ column: String) throws -> String {
    let value = field(column)
    guard !value.isEmpty else { throw wrong("a value in column \(column)", "none") }
    return value
  }

  private func number(_ column: String) throws -> Int {
    let value = try text(column)
    guard let number = Int(value) else { throw wrong("a whole number in column \(column)", "\"\(value)\"") }
    return number
  }

  private func time() throws -> Double? {
    let value = field("rt")
    if ["", "na", "nan"].contains(value.lowercased()) { return nil }
    guard let seconds = Double(value), seconds.isFinite else {
      throw wrong("seconds or NaN in column rt", "\"\(value)\"")
    }
    return seconds
  }

  private func answer() throws -> String {
    let value = try text("object_response")
    return value.lowercased() == Response.noAnswer ? Response.noAnswer : value
  }

  private func wrong(_ expected: String, _ found: String) -> DatasetsError {
    .badLine(path: path, line: row.line, expected: expected, found: found)
  }
}
