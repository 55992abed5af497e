import Datasets
import Foundation
import Silhouettes

/// The pictures a sticker is made on and those it is tested on, which it has never seen.
public struct CorpusSplit: Sendable {
  public let making: ImageFolder
  public let testing: ImageFolder
  /// In words, how the two came about.
  public let rule: String

  /// Where a class holds fewer pictures than this, every second is held back instead of every tenth.
  private static let spacing = 10

  /// - Parameters:
  ///   - path: a corpus; with `train` and `val` inside, the one is for making and the other for testing.
  ///     Otherwise every tenth picture of each class is held back for testing.
  ///   - testing: a corpus of its own for testing.
  /// - Throws: `FileError` or `DatasetsError` when a corpus cannot be listed; `ProbeError.nothingHeldBack`
  ///   when no class has two pictures.
  public init(path: String, testing testPath: String? = nil) throws {
    let (train, val) = ("\(path)/train", "\(path)/val")
    if let testPath {
      making = try ImageFolder(named: CorpusSplit.isFolder(train) ? train : path)
      testing = try ImageFolder(named: testPath)
      rule = "tested on a corpus of its own"
    } else if CorpusSplit.isFolder(train), CorpusSplit.isFolder(val) {
      making = try ImageFolder(path: train)
      testing = try ImageFolder(path: val)
      rule = "made on train, tested on val"
    } else {
      let whole = try ImageFolder(named: path)
      let heldBack = CorpusSplit.heldBack(of: whole)
      guard !heldBack.isEmpty else { throw ProbeError.nothingHeldBack(corpus: path) }
      making = whole.filtered { !heldBack.contains($0) }
      testing = whole.filtered { heldBack.contains($0) }
      rule = "every tenth picture of each class held back for the test"
    }
  }

  /// The pictures for making without every tenth of each class, and those, to choose among stickers by.
  ///
  /// - Throws: `ProbeError.nothingHeldBack` when no class has two pictures.
  public func holdingBackMore() throws -> (making: ImageFolder, choosing: ImageFolder) {
    let heldBack = CorpusSplit.heldBack(of: making)
    guard !heldBack.isEmpty else { throw ProbeError.nothingHeldBack(corpus: making.path) }
    return (making.filtered { !heldBack.contains($0) }, making.filtered { heldBack.contains($0) })
  }

  private static func heldBack(of folder: ImageFolder) -> Set<ImageFolder.Item> {
    var held: Set<ImageFolder.Item> = []
    for (_, items) in Dictionary(grouping: folder.items, by: \.classFolder) {
      let step = items.count < spacing ? 2 : spacing
      for (place, item) in items.enumerated() where place % step == step - 1 { held.insert(item) }
    }
    return held
  }

  private static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }
}
