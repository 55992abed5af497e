import Imaging

/// A folder of class folders as labelled pictures: each class folder that holds pictures is a class.
public struct LabelledFolder: LabelledPictures {
  public let folder: ImageFolder
  public let classes: [String]
  private let labels: [Int]

  public init(_ folder: ImageFolder) {
    self.folder = folder
    let names = Set(folder.items.map(\.classFolder))
    let classes = folder.classFolders.filter { names.contains($0) }
    let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
    self.classes = classes
    labels = folder.items.map { places[$0.classFolder] ?? 0 }
  }

  public var count: Int { folder.items.count }

  public func label(_ index: Int) -> Int { labels[index] }

  public func picture(_ index: Int) throws -> Picture { try folder.picture(of: folder.items[index]) }
}
