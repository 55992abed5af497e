import Files
import Foundation
import GRDB
import Probes

extension Study {
  /// Below so many rows a table is read in one go: another connection costs more than it saves.
  private static let rowsWorthSharing: Int64 = 20_000

  /// What `body` makes of each run's answers, in the order of `runs`.
  ///
  /// Several runs are read in one pass over their table in the order of its rows, as it lies on the disk, and large
  /// tables on all processors at once.
  func mapAnswers<Answer: StudyAnswer, Value>(
    of runs: [Run], _ body: (Run, [Answer]) throws -> Value
  ) throws -> [Value] {
    guard runs.count > 1 else { return try runs.map { try body($0, try answers(of: $0)) } }
    let table = Answer.table.name
    let last = try reading { database in
      guard try Study.mayRead(table, in: database) else { return Int64(0) }
      return try Int64.fetchOne(database, sql: "SELECT max(rowid) FROM \(table)") ?? 0
    }
    let parts = last < Study.rowsWorthSharing ? 1 : Int64(ProcessInfo.processInfo.activeProcessorCount)
    let ids = runs.map { "\($0.id)" }.joined(separator: ", ")
    // The last row of each part; numbers are a stranger's too, and may be as large as they come.
    let ends = (1...parts).map { $0 == parts ? Int64.max : last / parts * $0 }
    let found = try inParallel(ends.count) { part in
      let rows = (part == 0 ? Int64.min : ends[part - 1])...ends[part]
      return Result { () throws -> [Int64: [Answer]] in
        // A connection reads for one thread at a time.
        let reader = parts == 1 ? self : try Study(anotherConnectionTo: self)
        return try reader.answers(inRows: rows, ofRuns: ids)
      }
    }.map { try $0.get() }
    return try runs.map { run in try body(run, found.flatMap { $0[run.id] ?? [] }) }
  }

  /// - Parameters:
  ///   - rows: the first excluded.
  ///   - ids: with commas between.
  private func answers<Answer: StudyAnswer>(
    inRows rows: ClosedRange<Int64>, ofRuns ids: String
  ) throws -> [Int64: [Answer]] {
    let table = Answer.table
    return try reading { database in
      guard try Study.mayRead(table.name, in: database) else { return [:] }
      // The sign keeps SQLite from going by the index, which has the rows in another order.
      let cursor = try Row.fetchCursor(
        database,
        sql: """
          SELECT \(table.list), run FROM \(table.name)
          WHERE rowid > ? AND rowid <= ? AND +run IN (\(ids)) ORDER BY rowid
          """, arguments: [rows.lowerBound, rows.upperBound])
      var found: [Int64: [Answer]] = [:]
      while let row = try cursor.next() {
        let values = StudyValues(row)
        found[try values.value(table.columns.count), default: []].append(try Answer(values: values))
      }
      return found
    }
  }

  /// A run's answers in the order they were appended.
  public func answers<Answer: StudyAnswer>(
    _ type: Answer.Type = Answer.self, of run: Run
  ) throws -> [Answer] {
    let table = Answer.table
    return try reading { database in
      // A kind that is newer than the study has a table from its first answers on.
      guard try Study.mayRead(table.name, in: database) else { return [] }
      let cursor = try Row.fetchCursor(
        database,
        sql:
          "SELECT \(table.list) FROM \(table.name) WHERE run = ? ORDER BY rowid",
        arguments: [run.id])
      var answers: [Answer] = []
      while let row = try cursor.next() { answers.append(try Answer(values: StudyValues(row))) }
      return answers
    }
  }

  /// How many answers each run holds; runs without any are left out.
  public func answerCounts() throws -> [Int64: Int] {
    try reading { database in
      try Study.answerTables(in: database).reduce(into: [:]) { counts, table in
        let rows = try Row.fetchCursor(database, sql: "SELECT run, count(*) FROM \(table) GROUP BY run")
        // Two kinds may share a table, but no run has two kinds.
        while let row = try rows.next() {
          guard let run = Int64.fromDatabaseValue(row[0] as DatabaseValue) else { throw MalformedRow() }
          counts[run, default: 0] += row[1] as Int
        }
      }
    }
  }

  /// How many answers a run holds.
  public func answerCount(of run: Run) throws -> Int {
    try reading { database in
      try Study.answerTables(in: database).reduce(0) { count, table in
        try count
          + (Int.fetchOne(database, sql: "SELECT count(*) FROM \(table) WHERE run = ?", arguments: [run.id])
            ?? 0)
      }
    }
  }

  /// Whether a table is there to be read. A kind that is newer than the study has none before its first answers; one
  /// that every study has and that is missing is damage, which reading it tells.
  private static func mayRead(_ table: String, in database: Database) throws -> Bool {
    try StudySchema.makes(table) || database.tableExists(table)
  }

  /// The tables whose rows belong to a run, as the file has them: one that is new is not forgotten.
  static func runTables(in database: Database) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name
        """
    ).filter { try database.columns(in: $0).contains { $0.name == "run" } }
  }

  /// Of those the ones that hold answers.
  static func answerTables(in database: Database) throws -> [String] {
    try runTables(in: database).filter { !["artifacts", "skipped_images", "warnings"].contains($0) }
  }

  func reading<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try translatingErrors { try queue.read(body) }
  }
}
