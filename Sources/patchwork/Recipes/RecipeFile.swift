import Files
import Foundation
import Yams

/// A recipe's file as it was read: one document of plain YAML.
struct RecipeFile {
  let root: Node
  /// The SHA-256 digest of the whole file, in hexadecimal digits.
  let digest: String

  /// The largest recipe read, in bytes.
  private static let greatestSize = 1 << 16

  /// Reads the file at `path`.
  ///
  /// - Throws: `FileError`, or `RecipeError` when the file is not plain YAML.
  init(contentsOf path: String) throws {
    let data = try FileBytes.read(path)
    guard data.count <= RecipeFile.greatestSize else {
      throw RecipeError.notYAML(path: path, line: nil, reason: "\(data.count) bytes, more than a recipe has")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw RecipeError.notYAML(path: path, line: nil, reason: "bytes that are not UTF-8")
    }
    try RecipeFile.requirePlain(text, path: path)
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      let (line, reason) = RecipeFile.reason(for: error)
      throw RecipeError.notYAML(path: path, line: line, reason: reason)
    } catch {
      throw RecipeError.notYAML(path: path, line: nil, reason: "text that cannot be parsed")
    }
    guard let node else { throw RecipeError.notAMapping(place: path, found: "an empty document") }
    root = node
    digest = SHA256.hexadecimal(of: data)
  }

  /// Refuses what a recipe has no need of: anchors and aliases, by which a short text stands for a huge one. (The
  /// parser itself refuses nesting deeper than a thousand levels.)
  private static func requirePlain(_ text: String, path: String) throws {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      // A comment may say what it likes.
      guard let content = line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).first
      else { continue }
      if content.contains(/(^|[\s\[{,])[&*][^\s,\]}]/) {
        throw RecipeError.notYAML(path: path, line: index + 1, reason: "an anchor or alias (& or *)")
      }
    }
  }

  private static func reason(for error: YamlError) -> (line: Int?, reason: String) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      (mark.line, problem.isEmpty ? "text that cannot be parsed" : problem)
    case .duplicatedKeysInMapping(let keys, let context):
      (context.mark.line, "\(keys.joined(separator: ", ")) twice")
    default: (nil, "text that cannot be parsed")
    }
  }
}
