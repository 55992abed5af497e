import Datasets
import Foundation

/// Which category the pictures of a class folder show, as it stands in the names of stimuli: in letters alone.
public struct CueCategories: Sendable {
  /// By folder; nil where no file says.
  private let listed: [String: String]?
  /// Readable names by class identifier.
  private let names: [String: String]

  /// - Parameters:
  ///   - mappingFile: a CSV file with the columns `class` and `category`; a folder that it does not list is left out.
  ///   - names: readable names of classes, for folders that bear an identifier such as `n01440764`; ImageNet's classes
  ///     of the 16 entry-level categories are known.
  /// - Throws: `FileError`; `DatasetsError` with the line of a class listed twice and of a category that is not in
  ///   letters.
  public init(mappingFile: String? = nil, names: [String: String] = [:]) throws {
    self.names = names
    guard let mappingFile else {
      listed = nil
      return
    }
    let table = try CSVTable(contentsOf: mappingFile)
    let columns = try table.columns(["class", "category"])
    var listed: [String: String] = [:]
    for row in table.rows {
      func field(_ name: String) -> String { columns[name].map { CSVTable.trimmed(row.fields[$0]) } ?? "" }
      let (folder, category) = (field("class"), field("category"))
      guard !folder.isEmpty, CueCategories.letters(category) == category else {
        throw DatasetsError.badLine(
          path: mappingFile, line: row.line, expected: "a class and a category in letters",
          found: "\"\(folder)\" and \"\(category)\"")
      }
      guard listed.updateValue(category, forKey: folder) == nil else {
        throw DatasetsError.badLine(
          path: mappingFile, line: row.line, expected: "each class once", found: "\"\(folder)\" again")
      }
    }
    self.listed = listed
  }

  /// The category of a folder's pictures; nil for a folder to leave out.
  ///
  /// - Throws: `DistortionsError.notACategory` for a name with digits that nothing explains.
  public func category(ofFolder folder: String) throws -> String? {
    if let listed { return listed[folder] }
    let name = EntryLevelCategories.categories[folder] ?? names[folder] ?? folder
    guard !name.contains(where: \.isNumber), let category = CueCategories.letters(name) else {
      throw DistortionsError.notACategory(folder: folder)
    }
    return category
  }

  /// The letters of a name, without what a stimulus' name uses otherwise; nil when there are none.
  private static func letters(_ name: String) -> String? {
    let kept = name.filter(\.isLetter)
    return kept.isEmpty ? nil : kept
  }
}
