import Files
import Foundation
import Imaging

/// A folder that pictures are made into one by one; each appears whole, and what is there is kept, so that a run that
/// was killed goes on.
///
/// A file beside the pictures says how they are made, and keeps two kinds from mingling.
public struct MakingFolder: Sendable {
  public let path: String

  /// The name of the file that says how the pictures are made.
  public static let settingsName = "made.json"

  /// Makes the folder, or goes on in it.
  ///
  /// - Throws: `FileError`; `DatasetsError.notAMakingFolder` where it holds something else, and `.madeOtherwise` where
  ///   its pictures have other settings.
  public init(_ path: String, settings: [String: String]) throws {
    self.path = path
    let file = "\(path)/\(MakingFolder.settingsName)"
    guard FileManager.default.fileExists(atPath: path) else {
      try AtomicFile.makeFolder(path)
      try MakingFolder.write(settings, to: file)
      return
    }
    try FileBytes.requireFolder(path)
    AtomicFile.removeLeftovers(of: file)
    guard FileManager.default.fileExists(atPath: file) else {
      let entries = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [""]
      guard entries.isEmpty else {
        throw DatasetsError.notAMakingFolder(path: path, file: MakingFolder.settingsName)
      }
      try MakingFolder.write(settings, to: file)
      return
    }
    guard let found = try? JSONDecoder().decode([String: String].self, from: try FileBytes.read(file)) else {
      throw DatasetsError.notAMakingFolder(path: path, file: MakingFolder.settingsName)
    }
    for key in Set(found.keys).union(settings.keys).sorted() where found[key] != settings[key] {
      throw DatasetsError.madeOtherwise(
        path: path, what: key, expected: settings[key] ?? "nothing", found: found[key] ?? "nothing")
    }
  }

  private static func write(_ settings: [String: String], to file: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(try encoder.encode(settings) + Data("\n".utf8), to: file)
  }

  /// Whether a picture is made; what a killed process has left of it is taken away.
  public func contains(_ relativePath: String) -> Bool {
    AtomicFile.removeLeftovers(of: "\(path)/\(relativePath)")
    return FileManager.default.fileExists(atPath: "\(path)/\(relativePath)")
  }

  /// Adds a picture as a PNG, and the folders above it.
  ///
  /// - Throws: `FileError.unwritable`, `ImagingError.notEncodable`.
  public func add(_ picture: Picture, as relativePath: String) throws {
    let file = "\(path)/\(relativePath)"
    try AtomicFile.makeFolder((file as NSString).deletingLastPathComponent)
    try picture.writePNG(to: file)
  }

  /// Adds a text file, in place of one of that name.
  ///
  /// - Throws: `FileError.unwritable`.
  public func add(_ text: String, as relativePath: String) throws {
    try AtomicFile.write(Data(text.utf8), to: "\(path)/\(relativePath)")
  }
}
