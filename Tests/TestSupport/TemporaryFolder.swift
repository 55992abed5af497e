import Files
import Foundation

/// A folder that lives as long as a test, and what tests put there.
package final class TemporaryFolder {
  package let path = FileManager.default.temporaryDirectory.path + "/patchwork-datasets-\(UUID())"

  package init() throws { try AtomicFile.makeFolder(path) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes `content` at a relative path, making the folders above it, and returns the whole path.
  @discardableResult
  package func add(_ relativePath: String, _ content: String = "x") throws -> String {
    let file = "\(path)/\(relativePath)"
    try AtomicFile.makeFolder((file as NSString).deletingLastPathComponent)
    try AtomicFile.write(Data(content.utf8), to: file)
    return file
  }

  package func addFolder(_ relativePath: String) throws {
    try AtomicFile.makeFolder("\(path)/\(relativePath)")
  }

  package func link(_ relativePath: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(path)/\(relativePath)", withDestinationPath: target)
  }
}
