import ArgumentParser
import Foundation

/// A recipe's options, which become its command's arguments: what the command takes, a recipe can say.
struct RecipeOptions {
  let entries: [RecipeTable.Entry]
  /// Where the table of options stands: `recipe.yaml:7`.
  private let place: String
  /// The recipe's folder.
  private let folder: String

  /// What the command line says where a recipe is run: where answers go and how they are told.
  private static let notInRecipes = ["help", "json", "out", "quiet", "study", "threads", "version"]

  /// Takes every name of the table.
  ///
  /// - Throws: `RecipeError` for what is no option's name or value, and for what only the command line can say.
  init(_ table: inout RecipeTable) throws {
    entries = try table.entries()
    place = table.place
    folder = (table.path as NSString).deletingLastPathComponent
    for entry in entries {
      if RecipeOptions.notInRecipes.contains(entry.name) {
        throw table.refuse(
          entry.name, expected: "said where the recipe is run (patchwork run --\(entry.name))",
          found: "it in the recipe")
      }
      guard entry.name.wholeMatch(of: /[a-z][a-z0-9-]*/) != nil else {
        throw table.refuse(entry.name, expected: "an option's long name", found: "'\(entry.name)'")
      }
    }
  }

  /// An option that the command line gives in place of the recipe's.
  struct Override: Hashable {
    let name: String
    /// None for a flag.
    var values: [String] = []

    var arguments: [String] { ["--\(name)"] + values }
  }

  /// The command that the options ask for, by the same parser as a command line's.
  ///
  /// - Throws: `RecipeError.badOption` with the line of an option that the command does not take so;
  ///   `CommandError.wrongUse` when that is one of `overrides`.
  func parse(
    as command: any RecipeCommand.Type, replacing overrides: [Override]
  ) throws -> any RecipeCommand {
    let replaced = Set(overrides.map(\.name))
    let kept = entries.filter { !replaced.contains($0.name) }
    do {
      let parsed = try Patchwork.parseAsRoot(
        command.words + kept.flatMap(arguments) + overrides.flatMap(\.arguments))
      if let parsed = parsed as? any RecipeCommand { return parsed }
    } catch  where Patchwork.exitCode(for: error) == .validationFailure {
      let message = Patchwork.message(for: error)
      throw refusal(
        UsageComplaint(message: message, fullMessage: Patchwork.fullMessage(for: error)).line,
        about: message, of: kept, replaced)
    } catch {
      // Help or the version, reported below.
    }
    throw RecipeError.badOption(
      place: place,
      complaint: "expected options of '\(command.title)' that ask for work, found one that asks for help")
  }

  /// One entry as arguments. A text is tied to its name, so that one that begins with a dash is no option.
  private func arguments(_ entry: RecipeTable.Entry) -> [String] {
    switch entry.value {
    case .flag(true): ["--\(entry.name)"]
    case .flag(false): []
    case .text(let text): ["--\(entry.name)=\(located(text))"]
    case .list(let texts): ["--\(entry.name)"] + texts.map(located)
    }
  }

  /// What begins with `./` or `../` lies beside the recipe; everything else is as on the command line.
  private func located(_ text: String) -> String {
    guard text.hasPrefix("./") || text.hasPrefix("../") else { return text }
    return (folder as NSString).appendingPathComponent(
      text.hasPrefix("./") ? String(text.dropFirst(2)) : text)
  }

  /// The error for what the parser says, with the line of the option that it names or whose value it quotes.
  private func refusal(
    _ complaint: String, about message: String, of kept: [RecipeTable.Entry], _ replaced: Set<String>
  ) -> any Error {
    let named = message.matches(of: /--([a-z][a-z0-9-]*)/).map { String($0.output.1) }
    for name in named {
      if replaced.contains(name) { return CommandError.wrongUse(complaint) }
      if let entry = kept.first(where: { $0.name == name }) {
        return RecipeError.badOption(place: entry.place, complaint: complaint)
      }
    }
    let quoted = kept.first { entry in
      guard case .list(let texts) = entry.value else { return false }
      return texts.contains { message.contains("'\($0)'") }
    }
    return RecipeError.badOption(place: quoted?.place ?? place, complaint: complaint)
  }
}
