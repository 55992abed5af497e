import Files
import Foundation
import GRDB
import Layers
import Models
import Probes

extension Study {
  // MARK: - Writing

  /// Begins a new run. Earlier runs stay in the file; where it asks the same of the same observer, the
  /// report shows the later one.
  ///
  /// - Throws: `StudyError`, as every method here.
  public func begin(_ description: RunDescription, at date: Date = Date()) throws -> Run {
    try translatingErrors {
      let id = try queue.write { database in
        let model = try description.model.map { try Study.register($0, in: database) }
        try database.execute(
          sql: """
            INSERT INTO runs (kind, observer, observer_kind, model, target, command, seed, threads,
              processor, options, tool_version, started_ms, pictures_sha256)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            description.kind.rawValue, description.observer, description.observerKind.rawValue, model,
            description.target, description.command, String(description.seed), description.threads,
            description.processor, try canonicalJSON(description.options), description.toolVersion,
            milliseconds(date), description.picturesSHA256,
          ])
        return database.lastInsertedRowID
      }
      return try run(id)
    }
  }

  /// Takes up the latest interrupted run that asked the same: kind, observer, weights, target, seed, options,
  /// pictures and tool version are equal; the command's spelling, threads and processor may differ. Nil when there
  /// is none. `answers(of:)` gives what is done.
  public func resume(_ description: RunDescription) throws -> Run? {
    try translatingErrors {
      let id: Int64? = try queue.write { database in
        let model = try description.model.flatMap { try Study.find($0, in: database) }
        guard (model == nil) == (description.model == nil) else { return nil }
        let id = try Int64.fetchOne(
          database,
          sql: """
            SELECT id FROM runs
            WHERE finished_ms IS NULL AND kind = ? AND observer = ? AND observer_kind = ? AND model IS ?
              AND target IS ? AND seed = ? AND options = ? AND tool_version = ? AND pictures_sha256 IS ?
            ORDER BY id DESC LIMIT 1
            """,
          arguments: [
            description.kind.rawValue, description.observer, description.observerKind.rawValue, model,
            description.target, String(description.seed), try canonicalJSON(description.options),
            description.toolVersion, description.picturesSHA256,
          ])
        if let id {
          try database.execute(
            sql: "UPDATE runs SET resumptions = resumptions + 1 WHERE id = ?", arguments: [id])
        }
        return id
      }
      return try id.map(run)
    }
  }

  /// `resume`, or `begin` where there is nothing to resume.
  public func resumeOrBegin(_ description: RunDescription, at date: Date = Date()) throws -> Run {
    try resume(description) ?? begin(description, at: date)
  }

  /// Commits a batch of answers and skipped images, all or nothing; `seconds` is the time they took.
  public func append<Answer: StudyAnswer>(
    _ answers: [Answer], skipped: [SkippedImage] = [], to run: Run, seconds: Double = 0
  ) throws {
    precondition(Answer.belongs(to: run.description.kind), "a run collects answers of its own kind")
    let table = Answer.table
    let marks = Array(repeating: "?", count: table.columns.count + 1).joined(separator: ", ")
    try commit(to: run, seconds: seconds) { database in
      try database.execute(sql: table.creation)
      let insert = try database.cachedStatement(
        sql: "INSERT INTO \(table.name) (run, \(table.list)) VALUES (\(marks))")
      for answer in answers {
        try insert.execute(arguments: StatementArguments([run.id.databaseValue] + answer.values.arguments))
      }
      try Study.insert(skipped, of: run, in: database)
    }
  }

  /// Commits pictures that a run made or shows.
  public func append(_ artifacts: [Artifact], to run: Run) throws {
    try commit(to: run, seconds: 0) { database in
      for artifact in artifacts {
        try database.execute(
          sql: """
            INSERT INTO artifacts (run, role, name, caption, media_type, bytes) VALUES (?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            run.id, artifact.role.rawValue, artifact.name, artifact.caption,
            artifact.picture.mediaType.rawValue, artifact.picture.bytes,
          ])
      }
    }
  }

  /// Notes what speaks against trusting a run; a line that is there already stays alone.
  public func append(warnings: [String], to run: Run) throws {
    try commit(to: run, seconds: 0) { database in
      for warning in warnings {
        try database.execute(
          sql: "INSERT INTO warnings (run, warning) VALUES (?, ?)", arguments: [run.id, warning])
      }
    }
  }

  /// Marks a run as complete: it will not be resumed.
  public func finish(_ run: Run, at date: Date = Date()) throws {
    try commit(to: run, seconds: 0) { database in
      try database.execute(
        sql: "UPDATE runs SET finished_ms = ? WHERE id = ?", arguments: [milliseconds(date), run.id])
    }
  }

  // MARK: - Parts

  private func commit(to run: Run, seconds: Double, _ body: (Database) throws -> Void) throws {
    try translatingErrors {
      try queue.write { database in
        try database.execute(
          sql: "UPDATE runs SET seconds = seconds + ? WHERE id = ?",
          arguments: [seconds.isFinite ? max(0, seconds) : 0, run.id])
        guard database.changesCount == 1 else { throw StudyError.unknownRun(path: path, id: run.id) }
        try body(database)
      }
    }
  }

  private static func insert(_ skipped: [SkippedImage], of run: Run, in database: Database) throws {
    for image in skipped {
      try database.execute(
        sql: "INSERT INTO skipped_images (run, image, reason) VALUES (?, ?, ?)",
        arguments: [run.id, image.image, image.reason])
    }
  }

  private static func find(_ model: ModelRecord, in database: Database) throws -> Int64? {
    try Int64.fetchOne(
      database, sql: "SELECT id FROM models WHERE card = ? AND weights_sha256 = ?",
      arguments: [try canonicalJSON(model.card), model.weightsSHA256])
  }

  private static func register(_ model: ModelRecord, in database: Database) throws -> Int64 {
    if let known = try find(model, in: database) { return known }
    try database.execute(
      sql: """
        INSERT INTO models (name, architecture, card, weights_sha256, parameters, input_size, field_size,
          field_stride, field_offset)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        model.card.name, model.card.architecture, try canonicalJSON(model.card), model.weightsSHA256,
        model.parameters, model.inputSize, model.receptiveField?.size, model.receptiveField?.stride,
        model.receptiveField?.offset,
      ])
    return database.lastInsertedRowID
  }
}

/// JSON with sorted keys: equal values give equal text, so that equality can be asked in SQL.
func canonicalJSON(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

func milliseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1000).rounded()) }
