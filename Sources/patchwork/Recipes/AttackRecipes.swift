import Foundation
import Models

/// The recipes that come with Patchwork: the files of `Attacks/`.
enum AttackRecipes {
  /// Every recipe's name, sorted; none where they were not installed with the tool.
  static var names: [String] {
    guard let folder else { return [] }
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasSuffix(fileEnding) }.map { String($0.dropLast(fileEnding.count)) }.sorted()
  }

  /// The recipe of a name, or in a file.
  ///
  /// - Throws: `RecipeError`, and `FileError` for what is a path by its look.
  static func load(_ reference: String) throws -> AttackRecipe {
    let names = names
    if let folder, names.contains(reference) {
      return try AttackRecipe(contentsOf: "\(folder)/\(reference)\(fileEnding)")
    }
    let isPath = reference.contains("/") || reference.hasSuffix(fileEnding) || reference.hasSuffix(".yml")
    guard isPath else { throw RecipeError.unknownName(reference: reference, known: names) }
    return try AttackRecipe(contentsOf: reference)
  }

  private static let fileEnding = ".yaml"
  private static var folder: String? { BundledFolder.path("Attacks", ofModule: "patchwork") }
}
