import Files
import Foundation

/// Pictures that a person names one by one or by folder, without classes.
public struct PictureList: Sendable {
  /// The pictures' paths: in the order given, those of a folder sorted; at least one.
  public let paths: [String]

  /// - Parameter given: pictures, and folders with JPEG and PNG pictures at any depth.
  /// - Throws: `FileError` for what is missing; `DatasetsError` for a folder without pictures.
  public init(_ given: [String]) throws {
    paths = try given.flatMap { path in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw FileError.missing(path: path)
      }
      guard isFolder.boolValue else { return [path] }
      let found = try PictureFiles(below: path, in: "")
      guard !found.paths.isEmpty else {
        throw DatasetsError.noPictureFiles(path: path, otherFiles: found.otherFiles)
      }
      return found.paths.map { "\(path)/\($0)" }
    }
  }
}
