import Files
import Foundation
import Imaging

/// A corpus in class folders: on disk, with JPEG and PNG pictures in them at any depth, or drawn when asked for.
public struct ImageFolder: Sendable {
  /// One picture of the corpus.
  public struct Item: Sendable, Hashable {
    /// The path relative to the corpus, class folder first.
    public let relativePath: String
    /// The name of the class folder.
    public let classFolder: String
    /// The number of a drawn picture.
    var number: Int?
  }

  /// The corpus' folder, or its name where it is drawn.
  public let path: String
  /// The names of all class folders, sorted, those without pictures included.
  public let classFolders: [String]
  /// The pictures: class folder after class folder, sorted by path within each.
  public let items: [Item]

  /// What draws the pictures; nil for those on disk.
  private let drawing: (any DrawnPictures)?

  /// Lists the corpus at `path`; no picture is read.
  ///
  /// Extensions are compared without regard to case; other files and hidden ones are passed over. Links are
  /// followed, each folder once a class.
  /// - Parameter limit: only the first so many pictures in sorted order.
  /// - Throws: `FileError` when the folder is missing or a file; `DatasetsError` when it is empty, has no class
  ///   folders, has no pictures or cannot be listed.
  public init(path: String, limit: Int? = nil) throws {
    try FileBytes.requireFolder(path)
    let top = try PictureFiles.list(path)
    guard !top.isEmpty else { throw DatasetsError.emptyFolder(path: path) }
    guard !top.folders.isEmpty else {
      throw DatasetsError.noClassFolders(path: path, pictures: top.pictures.count)
    }
    var items: [Item] = []
    var otherFiles = 0
    for folder in top.folders {
      let files = try PictureFiles(below: path, in: folder)
      items += files.paths.map { Item(relativePath: $0, classFolder: folder) }
      otherFiles += files.otherFiles
    }
    guard !items.isEmpty else {
      throw DatasetsError.noPictures(path: path, folders: top.folders.count, otherFiles: otherFiles)
    }
    self.path = path
    classFolders = top.folders
    self.items = limit.map { Array(items.prefix(max($0, 0))) } ?? items
    drawing = nil
  }

  /// The class folders of a drawn corpus, whose pictures have the paths that `corpora make` would give them.
  ///
  /// - Parameter name: what the corpus is called.
  public init(_ drawing: any DrawnPictures, name: String) {
    let items = (0..<drawing.count).map { number in
      let classFolder = drawing.classes[drawing.label(number)]
      return Item(
        relativePath: "\(classFolder)/\(drawing.name(number))", classFolder: classFolder, number: number)
    }
    path = name
    classFolders = drawing.classes
    self.items = items.sorted {
      $0.classFolder == $1.classFolder
        ? PictureFiles.isBefore($0.relativePath, $1.relativePath)
        : PictureFiles.isBefore($0.classFolder, $1.classFolder)
    }
    self.drawing = drawing
  }

  private init(_ other: ImageFolder, keeping items: [Item]) {
    path = other.path
    classFolders = other.classFolders
    self.items = items
    drawing = other.drawing
  }

  /// Reads or draws the picture of an item as RGB, or as RGBA where the alpha of a file is to be kept.
  ///
  /// - Throws: `FileError` or `ImagingError`; a run lists the picture as skipped and goes on.
  public func picture(of item: Item, alpha: Picture.Alpha = .dropped) throws -> Picture {
    if let drawing, let number = item.number { return try drawing.picture(number) }
    return try Picture(contentsOf: "\(path)/\(item.relativePath)", alpha: alpha)
  }

  /// The SHA-256 of the picture's file, or of what decides a drawn picture.
  ///
  /// - Throws: `FileError` for a file that cannot be read.
  public func digest(of item: Item) throws -> [UInt8] {
    if let drawing, let number = item.number { return drawing.digest(number) }
    return try FileBytes.digest(of: "\(path)/\(item.relativePath)")
  }

  /// The corpus without the pictures of folders that are none of a model's classes; `limit` counts what is left.
  public func labelled(by labels: FolderLabels, limit: Int? = nil) -> ImageFolder {
    let kept = items.lazy.filter { labels.index(ofFolder: $0.classFolder) != nil }
    return ImageFolder(self, keeping: Array(kept.prefix(max(limit ?? .max, 0))))
  }

  /// The corpus with only some of its pictures, in the same order.
  public func filtered(_ isIncluded: (Item) -> Bool) -> ImageFolder {
    ImageFolder(self, keeping: items.filter(isIncluded))
  }
}
