import ArgumentParser
import Files
import Foundation
import Models
import Studies

/// The networks a command asks.
struct ModelOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "One or more networks: names from 'patchwork models', model cards or self-describing safetensors.",
      valueName: "model"))
  var model: [String] = []

  /// Loads every network named.
  ///
  /// - Throws: `CommandError.wrongUse` when none is named or two share a name.
  func load() throws -> [LoadedModel] {
    guard !model.isEmpty else {
      throw CommandError.wrongUse(
        "expected --model with at least one network, found none; see 'patchwork models', or name a card")
    }
    let models = try model.map(ModelLoader.load)
    let names = models.map(\.card.name)
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw CommandError.wrongUse(
        "expected networks with different names, found '\(twice)' twice; change \"name\" in one of the cards")
    }
    return models
  }
}

/// The corpus a command uses.
struct CorpusOptions: ParsableArguments {
  @Option(
    name: .long,
    help: """
      A folder of class folders, which match the network's classes or class names; or a drawn corpus, such as \
      silhouettes:congruent,count=800,seed=3.
      """)
  var corpus: String

  @OptionGroup var limit: LimitOption
}

/// Where a command's answers are kept.
struct StudyOption: ParsableArguments {
  @Option(
    name: .long,
    help: "Append every answer to this study; the same command given again resumes an interrupted run.")
  var study: String?

  /// Opens the study, making it when there is none.
  func open() throws -> Study? { try study.map { try Study(at: $0) } }
}

extension LoadedModel {
  /// Pictures asked about at once: one where the card fixes no size, since a batch has one size.
  var batchSize: Int { card.preprocessing.centerCrop == nil ? 1 : 16 }

  /// What a study keeps of the network.
  func record() throws -> ModelRecord {
    ModelRecord(
      card: card, weightsSHA256: try weightsSHA256(),
      parameters: parameterCount, receptiveField: receptiveField,
      inputSize: card.preprocessing.centerCrop ?? card.preprocessing.resizeShorterSide ?? 0)
  }
}
