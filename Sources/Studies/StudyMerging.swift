import Files
import Foundation
import GRDB
import Probes

/// What became of the runs of one study that was merged into another.
public struct MergeCount: Hashable, Sendable {
  /// Runs that were taken over as they are.
  public var added = 0
  /// Runs that were there already and now hold the answers of both.
  public var united = 0
  /// Runs that were there already, with all their answers.
  public var known = 0
}

extension Study {
  /// Writes a new study that holds the runs of all `studies`, in their order. Runs that ask the same of the same
  /// observer (kind, weights, target, seed, options, pictures and tool version are equal) become one, which holds the
  /// answers of all of them; what several have stands once, and is finished where one of them was.
  ///
  /// - Returns: for each study what became of its runs.
  /// - Throws: `StudyError.exists` when something is at `path` already, `.contradiction` when two runs answer one item
  ///   differently, and as for opening; nothing is left behind then.
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
        try Study.takeTables(in: database)
        try Study.takePictures(in: database)
        let runs = try Row.fetchAll(database, sql: "SELECT * FROM source.runs ORDER BY id")
        for run in runs { try Study.take(run, from: source, in: database, &count) }
        return .commit
      }
      return count
    }
  }

  /// Tables of answers that only the other study has.
  private static func takeTables(in database: Database) throws {
    let statements = try String.fetchAll(
      database,
      sql: """
        SELECT sql FROM source.sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index')
          AND name NOT LIKE 'sqlite_%' AND name NOT IN (SELECT name FROM main.sqlite_master) ORDER BY rowid
        """)
    // CREATE without a schema's name makes it in main, the one that is written.
    for statement in statements { try database.execute(sql: statement) }
  }

  private static func takePictures(in database: Database) throws {
    try database.execute(
      sql: """
        INSERT OR IGNORE INTO main.picture_sets (sha256) SELECT sha256 FROM source.picture_sets ORDER BY id;
        INSERT OR IGNORE INTO main.pictures (picture_set, image, digest)
          SELECT own.id, image, digest FROM source.pictures
          JOIN source.picture_sets AS other ON other.id = picture_set
          JOIN main.picture_sets AS own ON own.sha256 = other.sha256;
        """)
  }

  private static func take(
    _ run: Row, from source: String, in database: Database, _ count: inout MergeCount
  ) throws {
    let id: Int64 = run["id"]
    let model = try (run["model"] as Int64?).map { try takeModel($0, in: database) }
    let known = try Int64.fetchOne(
      database,
      sql: """
        SELECT id FROM main.runs
        WHERE kind = ? AND observer = ? AND observer_kind = ? AND model IS ? AND target IS ? AND seed = ?
          AND options = ? AND tool_version = ? AND pictures_sha256 IS ?
        ORDER BY finished_ms IS NULL, id LIMIT 1
        """,
      arguments: [
        run["kind"] as String, run["observer"] as String, run["observer_kind"] as String, model,
        run["target"] as Int64?, run["seed"] as String, run["options"] as String,
        run["tool_version"] as String, run["pictures_sha256"] as String?,
      ])
    guard let known else {
      let columns = run.columnNames.filter { $0 != "id" && $0 != "model" }
      let values = columns.map { run[$0] as DatabaseValue }
      try database.execute(
        sql: "INSERT INTO main.runs (model, \(columns.joined(separator: ", "))) VALUES (?, "
          + columns.map { _ in "?" }.joined(separator: ", ") + ")",
        arguments: StatementArguments([model?.databaseValue ?? .null] + values))
      try unite(id, with: database.lastInsertedRowID, of: run, from: source, in: database)
      count.added += 1
      return
    }
    let isNew = try unite(id, with: known, of: run, from: source, in: database)
    try database.execute(
      sql: "UPDATE main.runs SET finished_ms = coalesce(finished_ms, ?) WHERE id = ?",
      arguments: [run["finished_ms"] as Int64?, known])
    guard isNew else {
      count.known += 1
      return
    }
    try database.execute(
      sql: "UPDATE main.runs SET seconds = seconds + ?, resumptions = resumptions + ? WHERE id = ?",
      arguments: [run["seconds"] as Double, run["resumptions"] as Int64, known])
    count.united += 1
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

  /// Copies what a run here lacks of the other study's.
  ///
  /// - Returns: whether there was anything.
  /// - Throws: `StudyError.contradiction` when both answer an item, and not with the same rows.
  @discardableResult
  private static func unite(
    _ run: Int64, with own: Int64, of row: Row, from source: String, in database: Database
  ) throws -> Bool {
    let answers = try answerTables(in: database)
    var isNew = false
    // What is left out first: an answer of either study takes its place.
    let others = try runTables(in: database).filter { !answers.contains($0) }
    for table in others + answers {
      let columns = try database.columns(in: table).map(\.name).filter { $0 != "run" }
      let list = columns.joined(separator: ", ")
      let item = columns.first { ["image", "stimulus"].contains($0) }
      if answers.contains(table), let item {
        let differing = try String.fetchOne(
          database,
          sql: """
            SELECT \(item) FROM (
              SELECT * FROM (SELECT \(list) FROM source.\(table) WHERE run = ?2
                EXCEPT SELECT \(list) FROM main.\(table) WHERE run = ?1)
              UNION ALL
              SELECT * FROM (SELECT \(list) FROM main.\(table) WHERE run = ?1
                EXCEPT SELECT \(list) FROM source.\(table) WHERE run = ?2))
            WHERE \(item) IN (SELECT \(item) FROM main.\(table) WHERE run = ?1)
              AND \(item) IN (SELECT \(item) FROM source.\(table) WHERE run = ?2) LIMIT 1
            """, arguments: [own, run])
        if let differing {
          throw StudyError.contradiction(
            path: source, kind: row["kind"], observer: row["observer"], item: differing)
        }
      }
      // Stimuli have no uniqueness in their table: people may be asked about one twice.
      let isMissing =
        answers.contains(table)
        ? item.map { "AND \($0) NOT IN (SELECT \($0) FROM main.\(table) WHERE run = ?1)" } ?? "" : ""
      try database.execute(
        sql: """
          INSERT OR IGNORE INTO main.\(table) (run, \(list))
          SELECT ?1, \(list) FROM source.\(table) WHERE run = ?2 \(isMissing) ORDER BY rowid
          """, arguments: [own, run])
      guard answers.contains(table) else { continue }
      isNew = isNew || database.changesCount > 0
      if let item {
        // Left out in one study and answered in the other: it is answered.
        try database.execute(
          sql: """
            DELETE FROM main.skipped_images WHERE run = ?1 AND image IN (SELECT \(item) FROM main.\(table) WHERE run = ?1)
            """, arguments: [own])
      }
    }
    return isNew
  }
}
