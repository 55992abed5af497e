import Files
import Foundation
import Imaging

/// Which pixels of cue-conflict stimuli are the shape's: known where the stimuli are drawn, else from a folder of
/// silhouettes.
public struct ShapeSilhouettes: Sendable {
  private let stimuli: CueConflictStimuli
  /// Where the silhouettes are; nil for drawn ones.
  public let folder: String?
  /// The folder's files by their names without extension.
  private let files: [String: String]

  /// - Parameter folder: pictures at any depth, dark where the shape is, each named as its stimulus
  ///   (`cat3-elephant12.png`) or as the stimulus' shape (`cat3.png`); nil for stimuli that are drawn.
  /// - Throws: `DatasetsError.silhouettesNeeded` for stimuli of a folder without silhouettes,
  ///   `.needlessSilhouettes` for drawn ones with; `FileError` and `DatasetsError` for a folder that is missing, cannot be
  ///   listed or holds no pictures.
  public init(of stimuli: CueConflictStimuli, in folder: String?) throws {
    self.stimuli = stimuli
    self.folder = folder
    guard let folder else {
      guard stimuli.drawing != nil else { throw DatasetsError.silhouettesNeeded(stimuli: stimuli.path) }
      files = [:]
      return
    }
    guard stimuli.drawing == nil else {
      throw DatasetsError.needlessSilhouettes(stimuli: stimuli.path, folder: folder)
    }
    try FileBytes.requireFolder(folder)
    let found = try PictureFiles(below: folder, in: "")
    guard !found.paths.isEmpty else {
      throw DatasetsError.noPictureFiles(path: folder, otherFiles: found.otherFiles)
    }
    files = Dictionary(found.paths.map { (ShapeSilhouettes.stem(of: $0), $0) }) { first, _ in first }
  }

  /// Whether the shape of a stimulus is known.
  public func contains(_ item: CueConflictStimuli.Item) -> Bool { folder == nil || file(of: item) != nil }

  /// Black where the shape is and white elsewhere, as large as the stimulus where it is drawn.
  ///
  /// - Throws: `FileError` or `ImagingError` for a file that cannot be read; `DatasetsError.noSilhouette` without one.
  public func picture(of item: CueConflictStimuli.Item) throws -> Picture {
    if let drawing = stimuli.drawing, let number = item.number, let drawn = drawing.silhouette(number) {
      return drawn
    }
    guard let folder, let file = file(of: item) else { throw DatasetsError.noSilhouette(stimulus: item.name) }
    return try Picture(contentsOf: "\(folder)/\(file)")
  }

  /// The SHA-256 of the silhouette's file; of nothing for a drawn one, which follows from its stimulus.
  ///
  /// - Throws: `DatasetsError` where there is none; `FileError` for a file that cannot be read.
  public func digest(of item: CueConflictStimuli.Item) throws -> [UInt8] {
    if stimuli.drawing != nil { return [] }
    guard let folder, let file = file(of: item) else { throw DatasetsError.noSilhouette(stimulus: item.name) }
    return try FileBytes.digest(of: "\(folder)/\(file)")
  }

  private func file(of item: CueConflictStimuli.Item) -> String? {
    let stem = ShapeSilhouettes.stem(of: item.name)
    return files[stem] ?? stem.split(separator: "-").first.flatMap { files[String($0)] }
  }

  private static func stem(of path: String) -> String {
    ((path as NSString).lastPathComponent as NSString).deletingPathExtension
  }
}
