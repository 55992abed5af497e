import Files
import Foundation
import GRDB

/// One SQLite file that holds what was asked of which network, every answer, and where to resume.
///
/// Every method commits before it returns, so that a process killed at any moment leaves a file that opens
/// and holds all the batches appended before. The rollback journal is used, not the write-ahead log: the
/// study stays one file, and it works on network file systems.
public final class Study: Sendable {
  /// Where the study is, as it was given.
  public let path: String
  let queue: DatabaseQueue

  /// Opens the study at `path` to append to it; makes it when nothing is there or the file is empty.
  ///
  /// - Throws: `StudyError` when the folder is missing, the file is not a study, comes from a later version
  ///   or cannot be written; `FileError.wrongKind` when `path` is a folder.
  public convenience init(at path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw StudyError.folderMissing(path: folder)
    }
    let isNew = !FileManager.default.fileExists(atPath: path)
    if !isNew { try FileBytes.requireFile(path) }
    try self.init(opening: path)
    do {
      try translatingErrors(prepareToWrite)
    } catch {
      // A study that could not even be begun is not left behind.
      if isNew { Study.removeIfEmpty(path) }
      throw error
    }
  }

  /// Writes even when there is nothing to bring up to date: it finds out now, and not after an hour's work, that the
  /// file is read-only.
  private func prepareToWrite() throws {
    try queue.write { database in
      try Study.check(database, path: path, acceptsBlank: true)
      try StudySchema.bringUpToDate(database)
    }
  }

  private static func removeIfEmpty(_ path: String) {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    if (attributes?[.size] as? NSNumber)?.intValue == 0 { unlink(path) }
  }

  /// Opens the existing study at `path` to read its results.
  ///
  /// - Throws: `FileError` when nothing is there; `StudyError` when the file is not a study or comes from a
  ///   later version.
  public convenience init(reading path: String) throws {
    try FileBytes.requireFile(path)
    try self.init(opening: path)
    try translatingErrors {
      let isOutdated = try queue.read { database in
        try Study.check(database, path: path, acceptsBlank: false)
        return try StudySchema.version(of: database) < StudySchema.version
      }
      if isOutdated { try queue.write { try StudySchema.bringUpToDate($0) } }
    }
  }

  /// Opens the same file once more, to be read from another thread.
  convenience init(anotherConnectionTo study: Study) throws {
    try self.init(opening: study.path, isReadOnly: true)
  }

  private init(opening path: String, isReadOnly: Bool = false) throws {
    self.path = path
    var configuration = Configuration()
    configuration.readonly = isReadOnly
    configuration.busyMode = .timeout(10)
    configuration.label = "study"
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
    } catch let error as DatabaseError {
      throw StudyError(error, path: path)
    }
  }

  /// Checks that the file is a study this version knows.
  private static func check(_ database: Database, path: String, acceptsBlank: Bool) throws {
    let mark = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let version = try StudySchema.version(of: database)
    if mark == StudySchema.applicationID {
      guard version <= StudySchema.version else {
        throw StudyError.newerVersion(path: path, found: version, supported: StudySchema.version)
      }
      return
    }
    let objects = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    guard mark == 0, version == 0, objects == 0 else { throw StudyError.foreignDatabase(path: path) }
    guard acceptsBlank else { throw StudyError.notAStudy(path: path) }
  }

  /// Runs `body` and gives SQLite's errors a form that a person can act on.
  func translatingErrors<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw StudyError(error, path: path)
    } catch is MalformedRow {
      throw StudyError.damaged(path: path, reason: "a row holds values that do not belong in its columns")
    } catch let error as RowDecodingError {
      throw StudyError.damaged(path: path, reason: Study.firstLine("\(error)"))
    }
  }

  static func firstLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).first.map(String.init) ?? text
  }
}

extension StudyError {
  init(_ error: DatabaseError, path: String) {
    let reason = Study.firstLine(error.message ?? "SQLite error \(error.resultCode.rawValue)")
    switch error.resultCode {
    case .SQLITE_NOTADB: self = .notAStudy(path: path)
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_IOERR:
      self = .unwritable(path: path, reason: reason)
    default: self = .damaged(path: path, reason: reason)
    }
  }
}
