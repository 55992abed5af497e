import Files
import Foundation
import Imaging

/// A folder of cue-conflict stimuli, `<shape><n>-<texture><m>.png` at any depth (Geirhos et al. 2019,
/// 1811.12231). The published set has 1,280, of which 80 have the same category on both sides.
public struct CueConflictStimuli: Sendable {
  /// One stimulus.
  public struct Item: Sendable, Hashable {
    /// The path relative to the folder.
    public let relativePath: String
    /// The file name.
    public let name: String
    /// What the name says of shape and texture.
    public let cues: StimulusName
  }

  /// The folder.
  public let path: String
  /// The stimuli, sorted by file name; those without a conflict included.
  public let items: [Item]
  /// Pictures whose names are not those of stimuli.
  public let skipped: [LeftOut]

  /// Lists the stimuli below `path`; no picture is read.
  ///
  /// - Parameter limit: only the first so many in sorted order.
  /// - Throws: `FileError` when the folder is missing or a file; `DatasetsError` when it is empty, has no
  ///   stimulus or cannot be listed.
  public init(path: String, limit: Int? = nil) throws {
    try FileBytes.requireFolder(path)
    let files = try PictureFiles(below: path, in: "")
    var items: [Item] = []
    var skipped: [LeftOut] = []
    for relativePath in files.paths {
      let name = (relativePath as NSString).lastPathComponent
      do {
        items.append(Item(relativePath: relativePath, name: name, cues: try StimulusName(parsing: name)))
      } catch {
        skipped.append(LeftOut(path: relativePath, reason: "\(error)"))
      }
    }
    guard !items.isEmpty else {
      throw DatasetsError.noStimuli(path: path, example: skipped.first?.path)
    }
    items.sort { ($0.name, $0.relativePath) < ($1.name, $1.relativePath) }
    self.path = path
    self.items = limit.map { Array(items.prefix(max($0, 0))) } ?? items
    self.skipped = skipped
  }

  /// Where a stimulus lies.
  public func path(of item: Item) -> String { "\(path)/\(item.relativePath)" }

  /// Reads a stimulus as RGB.
  ///
  /// - Throws: `FileError` or `ImagingError`; a run lists the stimulus as skipped and goes on.
  public func picture(of item: Item) throws -> Picture { try Picture(contentsOf: path(of: item)) }
}
