import Files
import Foundation

/// A folder of results that appears whole or not at all: it is filled beside its place and then renamed.
struct StagedFolder: Sendable {
  private let path: String
  /// The place as the user wrote it, for messages.
  private let name: String

  /// Calls `fill` with a folder beside `path` and renames that into place.
  ///
  /// When `fill` fails, or the run is interrupted from the keyboard, nothing is left behind.
  ///
  /// - Throws: `CommandError.wrongUse` when `path` holds something already, `FileError`, and what `fill` throws.
  static func write(_ path: String, _ fill: (StagedFolder) throws -> Void) throws {
    let place = URL(fileURLWithPath: path).standardizedFileURL.path
    try requireRoom(place, as: path)
    let parent = (place as NSString).deletingLastPathComponent
    try AtomicFile.withFolder(parent) {
      let staged = "\(place).partial-\(getpid())"
      Interruption.begin()
      try AtomicFile.makeFolder(staged)
      do {
        try fill(StagedFolder(path: staged, name: path))
        // One flush for all: one a file takes most of the time where there are thousands.
        sync()
        guard rename(staged, place) == 0 else {
          throw FileError.unwritable(path: path, reason: String(cString: strerror(errno)))
        }
      } catch {
        try? FileManager.default.removeItem(atPath: staged)
        if let signal = error as? Interruption { signal.end() }
        throw error
      }
    }
  }

  /// Makes a folder below.
  func addFolder(_ relativePath: String) throws { try AtomicFile.makeFolder("\(path)/\(relativePath)") }

  /// Writes a file below.
  func add(_ relativePath: String, _ data: Data) throws {
    try Interruption.check()
    let unwritable = {
      FileError.unwritable(path: "\(name)/\(relativePath)", reason: String(cString: strerror(errno)))
    }
    guard let file = fopen("\(path)/\(relativePath)", "wx") else { throw unwritable() }
    let written = data.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    guard written == data.count else {
      let error = unwritable()
      fclose(file)
      throw error
    }
    guard fclose(file) == 0 else { throw unwritable() }
  }

  private static func requireRoom(_ place: String, as path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else { return }
    let entries = isFolder.boolValue ? (try? FileManager.default.contentsOfDirectory(atPath: place)) : nil
    guard let entries, entries.isEmpty else {
      throw CommandError.wrongUse(
        "\(path): expected a new or an empty folder, found "
          + (isFolder.boolValue ? "one that holds something" : "a file") + "; choose another place")
    }
  }
}
