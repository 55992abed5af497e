import Files
import Foundation
import GRDB
import Probes

/// What became of the runs of one study that was merged into another.
public struct MergeCount: Hashable, Sendable {
  /// Runs that were taken over as they are.
  public var added = 0
  /// Interrupted runs that were there already and now hold the answers of both.
  public var united = 0
  /// Runs that were there already, with all their answers.
  public var known = 0
}

extension Study {
  /// Writes a new study that holds the runs of all `studies`, in their order. Runs that ask the same of the same
  /// observer (kind, weights, target, seed, options and tool version are equal) become one: a finished one stands for
  /// both, and two interrupted ones are united, the first's answers counting where both have some.
  ///
  /// - Returns: for each study what became of its runs.
  /// - Throws: `StudyError.exists` when something is at `path` already, and as for opening; nothing is left behind then.
  public static func merge(_ studies: [String], into path: String) throws -> [MergeCount] {
    guard !FileManager.default.fileExists(atPath: path) else { throw StudyError.exists(path: path) }
    let staged = "\(path).merging-\(getpid())"
    defer { for suffix in ["", "-journal"] { unlink(staged + suffix) } }
    let counts = try studies.map { source in
      // Opening checks that it is a study and brings an old one up to date.
      _ = try Study(reading: source)
      return try Study(at: staged).take(runsOf: source)
    }
    guard rename(staged, path) == 0 else {
      throw StudyError.unwritable(path: path, reason: String(cString: strerror(errno)))
    }
    return counts
  }

  /// The tables whose rows belong to a run.
  private static let tables = [
    ImageAnswer.table.name, StickerAnswer.table.name, CueConflictAnswer.table.name,
    DistortionAnswer.table.name,
    PerturbationAnswer.table.name, AttributionScores.table.name, ShufflingAnswer.table.name,
    InteractionAnswer.table.name, SensitivityAnswer.table.name, LocalConflictAnswer.table.name,
    EvidencePatchAnswer.table.name, PlaceAnswer.table.name,
    "evidence_maps", "artifacts",
    "skipped_images", "warnings",
  ]

  private func take(runsOf source: String) throws -> MergeCount {
    try translatingErrors {
      do {
        return try takeRuns(of: source)
      } catch is MalformedRow {
        throw StudyError.damaged(path: source, reason: "a run names a network that is not there")
      }
    }
  }

  private func takeRuns(of source: String) throws -> MergeCount {
    try queue.writeWithoutTransaction { database in
      try database.execute(
        sql: "ATTACH DATABASE ? AS source", arguments: [URL(fileURLWithPath: source).path])
      defer { try? database.execute(sql: "DETACH DATABASE source") }
      var count = MergeCount()
      try database.inTransaction {
        let runs = try Row.fetchAll(database, sql: "SELECT * FROM source.runs ORDER BY id")
        for run in runs { try Study.take(run, in: database, &count) }
        return .commit
      }
      return count
    }
  }

  private static func take(_ run: Row, in database: Database, _ count: inout MergeCount) throws {
    let id: Int64 = run["id"]
    let model = try (run["model"] as Int64?).map { try takeModel($0, in: database) }
    let known = try Row.fetchOne(
      database,
      sql: """
        SELECT id, finished_ms FROM main.runs
        WHERE kind = ? AND observer = ? AND observer_kind = ? AND model IS ? AND target IS ? AND seed = ?
          AND options = ? AND tool_version = ?
        ORDER BY finished_ms IS NULL, id LIMIT 1
        """,
      arguments: [
        run["kind"] as String, run["observer"] as String, run["observer_kind"] as String, model,
        run["target"] as Int64?, run["seed"] as String, run["options"] as String,
        run["tool_version"] as String,
      ])
    let isFinished = (run["finished_ms"] as Int64?) != nil
    if let known {
      if (known["finished_ms"] as Int64?) != nil {
        count.known += 1
        return
      }
      let own: Int64 = known["id"]
      if isFinished {
        try clear(own, in: database)
        count.added += 1
      } else {
        count.united += 1
      }
      try copyAnswers(of: id, to: own, in: database)
      try database.execute(
        sql:
          "UPDATE main.runs SET finished_ms = ?, seconds = seconds + ?, resumptions = resumptions + ? WHERE id = ?",
        arguments: [run["finished_ms"] as Int64?, run["seconds"] as Double, run["resumptions"] as Int64, own])
    } else {
      let columns = run.columnNames.filter { $0 != "id" && $0 != "model" }
      let values = columns.map { run[$0] as DatabaseValue }
      try database.execute(
        sql: "INSERT INTO main.runs (model, \(columns.joined(separator: ", "))) VALUES (?, "
          + columns.map { _ in "?" }.joined(separator: ", ") + ")",
        arguments: StatementArguments([model?.databaseValue ?? .null] + values))
      try copyAnswers(of: id, to: database.lastInsertedRowID, in: database)
      count.added += 1
    }
  }

  /// The number here of a network of the other study, registered when it is new.
  private static func takeModel(_ id: Int64, in database: Database) throws -> Int64 {
    try database.execute(
      sql: """
        INSERT OR IGNORE INTO main.models (name, architecture, card, weights_sha256, parameters, input_size, field_size,
          field_stride, field_offset)
        SELECT name, architecture, card, weights_sha256, parameters, input_size, field_size, field_stride, field_offset
        FROM source.models WHERE id = ?
        """, arguments: [id])
    let found = try Int64.fetchOne(
      database,
      sql: """
        SELECT own.id FROM main.models AS own JOIN source.models AS other
        ON own.card = other.card AND own.weights_sha256 = other.weights_sha256 WHERE other.id = ?
        """, arguments: [id])
    guard let found else { throw MalformedRow() }
    return found
  }

  private static func clear(_ run: Int64, in database: Database) throws {
    for table in tables {
      try database.execute(sql: "DELETE FROM main.\(table) WHERE run = ?", arguments: [run])
    }
    try database.execute(
      sql: "UPDATE main.runs SET seconds = 0, resumptions = 0 WHERE id = ?", arguments: [run])
  }

  private static func copyAnswers(of run: Int64, to own: Int64, in database: Database) throws {
    for table in tables {
      let columns = try database.columns(in: table).map(\.name).filter { $0 != "run" }
      let list = columns.joined(separator: ", ")
      // Stimuli have no uniqueness in their table: people may be asked about one twice.
      let isNew =
        table == CueConflictAnswer.table.name
        ? "AND stimulus NOT IN (SELECT stimulus FROM main.\(table) WHERE run = ?1)" : ""
      try database.execute(
        sql: """
          INSERT OR IGNORE INTO main.\(table) (run, \(list))
          SELECT ?1, \(list) FROM source.\(table) WHERE run = ?2 \(isNew) ORDER BY rowid
          """, arguments: [own, run])
    }
  }
}
