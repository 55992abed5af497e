/// Which class of a model each class folder of a corpus stands for.
public struct FolderLabels: Sendable, Hashable {
  /// Folders that stand for no class, in the order given, with the reason; runs skip and report them.
  public let unmatched: [LeftOut]
  private let indices: [String: Int]

  /// Matches folder names to a model's classes: first to the identifiers, then to the readable names, each first
  /// exactly and then without regard to case.
  ///
  /// A readable name that several classes share (ImageNet has two cranes) matches none of them.
  /// - Parameters:
  ///   - folders: names of class folders.
  ///   - classes: the model's class identifiers in the order of the logits.
  ///   - classNames: readable names in the same order; may be empty.
  /// - Throws: `DatasetsError.noMatchingFolders` when no folder matches.
  public init(folders: [String], classes: [String], classNames: [String] = []) throws {
    let lookup = ClassLookup(classes: classes, classNames: classNames)
    var indices: [String: Int] = [:]
    var unmatched: [LeftOut] = []
    for folder in folders {
      let found = lookup.indices(of: folder)
      if found.count == 1 {
        indices[folder] = found[0]
      } else {
        let count = found.isEmpty ? "no class of the model has" : "\(found.count) of the model's classes have"
        unmatched.append(LeftOut(path: folder, reason: "\(count) this name"))
      }
    }
    guard !indices.isEmpty else {
      throw DatasetsError.noMatchingFolders(
        folders: folders, classes: FolderLabels.examples(classes, classNames))
    }
    self.indices = indices
    self.unmatched = unmatched
  }

  /// The index among the model's classes that `folder` stands for; nil when it stands for none.
  public func index(ofFolder folder: String) -> Int? { indices[folder] }

  /// The classes as a message shows them: identifier, or readable name.
  private static func examples(_ classes: [String], _ classNames: [String]) -> [String] {
    guard classNames.count == classes.count else { return classes }
    return zip(classes, classNames).map { $0 == $1 ? $0 : "\($0) or \($1)" }
  }
}
