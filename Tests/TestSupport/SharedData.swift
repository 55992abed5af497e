import Foundation

/// The data beside the package, which is not part of it.
package enum SharedData {
  package static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../shared/data").standardized.path
  package static let isPresent = FileManager.default.fileExists(atPath: folder)
}
