import Foundation

/// Writing whole files so that a reader sees the old one or the new one, never half of either.
public enum AtomicFile {
  /// Writes `data` beside `path`, flushes it to disk and renames it into place.
  ///
  /// - Throws: `FileError.unwritable`, with nothing left behind and an older file untouched.
  public static func write(_ data: Data, to path: String) throws {
    try write([(data, path)])
  }

  /// Writes files that belong together: none is renamed into place before all are on disk, so that a full
  /// disk leaves either all of the old ones or all of the new ones.
  ///
  /// - Throws: `FileError.unwritable`, with nothing left behind and older files untouched.
  public static func write(_ files: [(data: Data, path: String)]) throws {
    var staged: [String] = []
    do {
      for file in files { staged.append(try stage(file.data, for: file.path)) }
      for (temporary, file) in zip(staged, files) {
        guard rename(temporary, file.path) == 0 else { throw unwritable(file.path) }
      }
    } catch {
      for temporary in staged { unlink(temporary) }
      throw error
    }
  }

  /// Writes `data` to a name beside `path`, flushes it to disk and gives that name.
  private static func stage(_ data: Data, for path: String) throws -> String {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      errno = EISDIR
      throw unwritable(path)
    }
    let temporary = "\(path)\(partial)\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw unwritable(path) }
    do {
      try writeAll(data, to: descriptor, path: path)
      guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else { throw unwritable(path) }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    guard close(descriptor) == 0 else {
      let error = unwritable(path)
      unlink(temporary)
      throw error
    }
    return temporary
  }

  /// What stands between a file's name and the writing process' number while the file is not whole.
  private static let partial = ".partial-"

  /// Takes away what processes that were killed while they wrote `path` have left beside it.
  public static func removeLeftovers(of path: String) {
    let folder = (path as NSString).deletingLastPathComponent
    let start = (path as NSString).lastPathComponent + partial
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    for name in names where name.hasPrefix(start) && isLeftover(name) {
      unlink((folder as NSString).appendingPathComponent(name))
    }
  }

  /// Takes away what processes that were killed while they wrote files anywhere in a folder have left there.
  public static func removeLeftovers(below folder: String) {
    for name in FileManager.default.subpaths(atPath: folder) ?? [] where isLeftover(name) {
      unlink((folder as NSString).appendingPathComponent(name))
    }
  }

  /// Whether a file's name ends with the number of a process that is no more.
  private static func isLeftover(_ name: String) -> Bool {
    guard let mark = name.range(of: partial, options: .backwards),
      let process = Int32(name[mark.upperBound...])
    else { return false }
    return process > 0 && kill(process, 0) != 0 && errno == ESRCH
  }

  /// Makes the folder at `path` and those above it, calls `body`, and takes an empty new folder away again when
  /// `body` fails; an existing folder is fine.
  public static func withFolder<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    let isNew = !FileManager.default.fileExists(atPath: path)
    try makeFolder(path)
    do {
      return try body()
    } catch {
      if isNew { rmdir(path) }
      throw error
    }
  }

  /// Makes the folder at `path` and those above it; an existing folder is fine.
  public static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(path: path, reason: "the folder cannot be made")
    }
  }

  private static func writeAll(_ data: Data, to descriptor: Int32, path: String) throws {
    try data.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        let written = Foundation.write(
          descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
        if written < 0 {
          if errno == EINTR { continue }
          throw unwritable(path)
        }
        offset += written
      }
    }
  }

  private static func unwritable(_ path: String) -> FileError {
    .unwritable(path: path, reason: String(cString: strerror(errno)))
  }
}
