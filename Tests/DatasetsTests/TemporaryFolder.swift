import Files
import Foundation
import Imaging

/// A folder that lives as long as a test, and what tests put there.
final class TemporaryFolder {
  let path = FileManager.default.temporaryDirectory.path + "/patchwork-datasets-\(UUID())"

  init() throws { try AtomicFile.makeFolder(path) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes `content` at a relative path, making the folders above it, and returns the whole path.
  @discardableResult
  func add(_ relativePath: String, _ content: String = "x") throws -> String {
    let file = "\(path)/\(relativePath)"
    try AtomicFile.makeFolder((file as NSString).deletingLastPathComponent)
    try AtomicFile.write(Data(content.utf8), to: file)
    return file
  }

  func addFolder(_ relativePath: String) throws { try AtomicFile.makeFolder("\(path)/\(relativePath)") }

  func link(_ relativePath: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(path)/\(relativePath)", withDestinationPath: target)
  }
}

/// The data beside the package, which is not part of it.
enum SharedData {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../shared/data").standardized.path
  static let isPresent = FileManager.default.fileExists(atPath: folder)
}
