import Foundation

/// Reading whole files, memory-mapped, with errors a person can act on.
public enum FileBytes {
  /// The bytes of the file at `path`, mapped and not copied.
  ///
  /// - Throws: `FileError` when the file is missing, a folder, empty or unreadable.
  public static func read(_ path: String) throws -> Data {
    try requireFile(path)
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw FileError.unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    guard !data.isEmpty else { throw FileError.empty(path: path) }
    return data
  }

  /// The SHA-256 of the file at `path`, read piece by piece: one that changes meanwhile does no harm.
  ///
  /// - Throws: `FileError` when the file is missing, a folder or unreadable.
  public static func digest(of path: String) throws -> [UInt8] {
    try requireFile(path)
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileError.unreadable(path: path, reason: String(cString: strerror(errno))) }
    defer { close(file) }
    var hash = SHA256()
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = piece.withUnsafeMutableBytes { Foundation.read(file, $0.baseAddress, $0.count) }
      guard count >= 0 else {
        throw FileError.unreadable(path: path, reason: String(cString: strerror(errno)))
      }
      if count == 0 { return hash.finalize() }
      hash.update(with: piece[..<count])
    }
  }

  /// Checks that `path` is an existing file.
  public static func requireFile(_ path: String) throws {
    guard let isFolder = isFolder(path) else { throw FileError.missing(path: path) }
    guard !isFolder else { throw FileError.wrongKind(path: path, expected: "a file", found: "a folder") }
  }

  /// Checks that `path` is an existing folder.
  public static func requireFolder(_ path: String) throws {
    guard let isFolder = isFolder(path) else { throw FileError.missing(path: path) }
    guard isFolder else { throw FileError.wrongKind(path: path, expected: "a folder", found: "a file") }
  }

  /// Whether `path` is a folder; nil when nothing is there.
  private static func isFolder(_ path: String) -> Bool? {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return nil }
    return isDirectory.boolValue
  }
}
