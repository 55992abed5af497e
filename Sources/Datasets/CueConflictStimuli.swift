import Files
import Foundation
import Imaging

/// Cue-conflict stimuli, `<shape><n>-<texture><m>.png` at any depth of a folder, or drawn when asked for (Geirhos et
/// al. 2019, 1811.12231). The published set has 1,280, of which 80 have the same category on both sides.
public struct CueConflictStimuli: Sendable {
  /// One stimulus.
  public struct Item: Sendable, Hashable {
    /// The path relative to the folder.
    public let relativePath: String
    /// The file name.
    public let name: String
    /// What the name says of shape and texture.
    public let cues: StimulusName
    /// The number of a drawn stimulus.
    var number: Int?
  }

  /// The folder, or the corpus' name where it is drawn.
  public let path: String
  /// The stimuli, sorted by file name; those without a conflict included.
  public let items: [Item]
  /// Pictures whose names are not those of stimuli.
  public let skipped: [LeftOut]

  /// What draws the stimuli; nil for those on disk.
  let drawing: (any DrawnPictures)?

  /// The stimuli of a corpus that is drawn.
  ///
  /// - Parameters:
  ///   - name: what the corpus is called.
  ///   - limit: only the first so many in sorted order.
  /// - Throws: `DatasetsError.noStimuli` for a corpus whose pictures have not both cues.
  public init(_ drawing: any DrawnPictures, name: String, limit: Int? = nil) throws {
    try self.init(
      (0..<drawing.count).map { (drawing.name($0), $0) }, path: name, limit: limit, drawing: drawing)
  }

  /// Lists the stimuli below `path`; no picture is read.
  ///
  /// - Parameter limit: only the first so many in sorted order.
  /// - Throws: `FileError` when the folder is missing or a file; `DatasetsError` when it is empty, has no
  ///   stimulus or cannot be listed.
  public init(path: String, limit: Int? = nil) throws {
    try FileBytes.requireFolder(path)
    let files = try PictureFiles(below: path, in: "")
    try self.init(files.paths.map { ($0, nil) }, path: path, limit: limit, drawing: nil)
  }

  private init(
    _ pictures: [(relativePath: String, number: Int?)], path: String, limit: Int?,
    drawing: (any DrawnPictures)?
  ) throws {
    var items: [Item] = []
    var skipped: [LeftOut] = []
    for (relativePath, number) in pictures {
      let name = (relativePath as NSString).lastPathComponent
      do {
        items.append(
          Item(relativePath: relativePath, name: name, cues: try StimulusName(parsing: name), number: number))
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
    self.drawing = drawing
  }

  /// Reads or draws a stimulus as RGB.
  ///
  /// - Throws: `FileError` or `ImagingError`; a run lists the stimulus as skipped and goes on.
  public func picture(of item: Item) throws -> Picture {
    if let drawing, let number = item.number { return try drawing.picture(number) }
    return try Picture(contentsOf: "\(path)/\(item.relativePath)")
  }

  /// The SHA-256 of the stimulus' file, or of what decides a drawn one.
  ///
  /// - Throws: `FileError` for a file that cannot be read.
  public func digest(of item: Item) throws -> [UInt8] {
    if let drawing, let number = item.number { return drawing.digest(number) }
    return try FileBytes.digest(of: "\(path)/\(item.relativePath)")
  }
}
