import ArgumentParser
import Datasets
import Silhouettes

/// `patchwork corpora`
struct CorporaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corpora", abstract: "List the corpora that Patchwork draws itself, or write one to disk.",
    discussion: """
      Examples:
        patchwork corpora
        patchwork corpora make silhouettes --condition cue-conflict --out stimuli
      """,
    subcommands: [CorporaListCommand.self, CorporaMakeCommand.self],
    defaultSubcommand: CorporaListCommand.self)
}

/// `patchwork corpora list`
struct CorporaListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the corpora, their classes and conditions.",
    discussion: """
      Example:
        patchwork corpora list --json
      """)

  @OptionGroup var common: CommonOptions

  func run() throws {
    let corpora = DrawnCorpus.catalogue
    if common.json { return try Output.json(Document(corpora: corpora.map(CorpusDocument.init))) }
    for corpus in corpora {
      try Output.line("\(corpus.name): \(corpus.summary)")
      try Output.line("classes: \(corpus.classes.joined(separator: ", "))")
      try Output.line()
      let width = corpus.conditions.map(\.rawValue.count).max() ?? 0
      for condition in corpus.conditions {
        let padding = String(repeating: " ", count: width - condition.rawValue.count)
        try Output.line("  \(condition.rawValue)\(padding)  \(condition.summary)")
      }
    }
  }

  private struct CorpusDocument: Encodable {
    let name: String
    let summary: String
    let classes: [String]
    let conditions: [ConditionDocument]

    init(_ corpus: DrawnCorpus) {
      name = corpus.name
      summary = corpus.summary
      classes = corpus.classes
      conditions = corpus.conditions.map { ConditionDocument(name: $0.rawValue, summary: $0.summary) }
    }
  }

  private struct ConditionDocument: Encodable {
    let name: String
    let summary: String
  }

  private struct Document: Encodable {
    let corpora: [CorpusDocument]
  }
}

/// What the list says of a corpus that is drawn and not stored.
struct DrawnCorpus {
  let name: String
  let summary: String
  let classes: [String]
  let conditions: [SilhouetteCondition]

  static let catalogue = [
    DrawnCorpus(
      name: "silhouettes",
      summary: "hand-written outlines of 16 categories with a drawn texture for each, from a seed",
      classes: EntryLevelCategories.names, conditions: SilhouetteCondition.allCases)
  ]
}
