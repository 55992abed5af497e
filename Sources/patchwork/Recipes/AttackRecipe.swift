import Foundation
import Probes

/// A command with its options, and what is known about it: a YAML file from `Attacks/`, or of the user's own.
struct AttackRecipe {
  /// The file's name without its ending.
  let name: String
  let path: String
  /// The SHA-256 digest of the file, in hexadecimal digits.
  let digest: String
  /// What it does, in a sentence.
  let summary: String
  /// What it goes back to; none where the recipe names none.
  let papers: [Paper]
  /// What was measured, in words; nil where the recipe does not say.
  let expected: String?
  let command: any RecipeCommand.Type
  let options: RecipeOptions

  /// A paper that a recipe goes back to.
  struct Paper: Encodable {
    let authors: String
    let year: Int
    let arxiv: Nullable<String>

    /// `Brown et al. 2017, 1712.09665`
    var text: String { "\(authors) \(year)" + (arxiv.value.map { ", \($0)" } ?? "") }

    fileprivate init(_ table: inout RecipeTable) throws {
      authors = try table.requiredText("authors", "the authors' names")
      guard let year = try table.whole("year", in: 1800...2200) else {
        throw table.refuse("year", expected: "the year of publication", found: "none")
      }
      self.year = year
      arxiv = Nullable(try table.text("arxiv", "the paper's number on arXiv"))
      try table.finish()
    }
  }

  /// Reads the recipe at `path`; its options are parsed when it is asked to run.
  ///
  /// - Throws: `FileError`; `RecipeError` with the line of what is wrong.
  init(contentsOf path: String) throws {
    var table = try RecipeTable(contentsOf: path)
    self.path = path
    digest = table.digest
    name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    summary = try table.requiredText("summary", "a sentence")
    papers = try (try table.tables("papers") ?? []).map { paper in
      var paper = paper
      return try Paper(&paper)
    }
    expected = try table.text("expected")
    let commands = RecipeCommands.catalogue.map { $0.title }.joined(separator: " or ")
    let title = try table.requiredText("command", commands)
    guard let command = RecipeCommands.catalogue.first(where: { $0.title == title }) else {
      throw table.refuse("command", expected: commands, found: "'\(title)'")
    }
    self.command = command
    guard var options = try table.table("options") else {
      throw RecipeError.missingKey(
        path: path, key: "options", expected: "a table of the options of '\(title)'")
    }
    self.options = try RecipeOptions(&options)
    try table.finish()
  }
}
