import ArgumentParser
import Probes

/// A command that a recipe can ask for.
///
/// A new one conforms and has a line in the catalogue; its options are a recipe's without further ado.
protocol RecipeCommand: ParsableCommand {
  /// What is typed after `patchwork`.
  static var words: [String] { get }
  /// Whether `--out` is a folder that it cannot do without.
  static var needsFolder: Bool { get }

  /// Asks, and gives what there is to say.
  ///
  /// - Parameter recipe: what asks, for the sticker's card; nil where the command line does.
  func answer(to recipe: StickerCard.Recipe?) throws -> CommandAnswer
}

extension RecipeCommand {
  static var needsFolder: Bool { false }

  /// As a recipe names it: `sticker make`.
  static var title: String { words.joined(separator: " ") }
}

/// Every command that a recipe can ask for.
enum RecipeCommands {
  static var catalogue: [any RecipeCommand.Type] {
    [StickerMakeCommand.self, StickerTestCommand.self, PerturbCommand.self]
  }
}
