import ArgumentParser

/// `patchwork study`
struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study", abstract: "Show what a study holds, merge studies, write one as CSV.",
    discussion: """
      Examples:
        patchwork study show study.sqlite
        patchwork study merge first.sqlite second.sqlite --out both.sqlite
        patchwork study export study.sqlite --csv --out tables
      """,
    subcommands: [StudyShowCommand.self, StudyMergeCommand.self, StudyExportCommand.self])
}
