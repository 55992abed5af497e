import Files
import Foundation
import Imaging

/// A corpus on disk: a folder of class folders with JPEG and PNG pictures in them, at any depth.
public struct ImageFolder: Sendable {
  /// One picture of the corpus.
  public struct Item: Sendable, Hashable {
    /// The path relative to the corpus, class folder first.
    public let relativePath: String
    /// The name of the class folder.
    public let classFolder: String
  }

  /// The corpus' folder.
  public let path: String
  /// The names of all class folders, sorted, those without pictures included.
  public let classFolders: [String]
  /// The pictures: class folder after class folder, sorted by path within each.
  public let items: [Item]

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
  }

  private init(path: String, classFolders: [String], items: [Item]) {
    self.path = path
    self.classFolders = classFolders
    self.items = items
  }

  /// Where the picture of an item lies.
  public func path(of item: Item) -> String { "\(path)/\(item.relativePath)" }

  /// Reads the picture of an item as RGB.
  ///
  /// - Throws: `FileError` or `ImagingError`; a run lists the picture as skipped and goes on.
  public func picture(of item: Item) throws -> Picture { try Picture(contentsOf: path(of: item)) }

  /// The corpus without the pictures of folders that are none of a model's classes; `limit` counts what is left.
  public func labelled(by labels: FolderLabels, limit: Int? = nil) -> ImageFolder {
    let kept = items.lazy.filter { labels.index(ofFolder: $0.classFolder) != nil }
    return ImageFolder(
      path: path, classFolders: classFolders, items: Array(kept.prefix(max(limit ?? .max, 0))))
  }

  /// The corpus with only some of its pictures, in the same order.
  public func filtered(_ isIncluded: (Item) -> Bool) -> ImageFolder {
    ImageFolder(path: path, classFolders: classFolders, items: items.filter(isIncluded))
  }
}
