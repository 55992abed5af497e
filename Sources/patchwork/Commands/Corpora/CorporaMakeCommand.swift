import ArgumentParser

/// `patchwork corpora make`
struct CorporaMakeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Draw a corpus, or make one of your own pictures, and write it to disk.",
    discussion: """
      Examples:
        patchwork corpora make silhouettes --out silhouettes/train --per-class 500
        patchwork corpora make cue-conflict --shapes photographs --textures textures --out stimuli
        patchwork corpora make stylised --pictures photographs --textures paintings --out stylised
      """,
    subcommands: [
      CorporaMakeDrawnCommand.self, CorporaMakeCueConflictCommand.self, CorporaMakeStylisedCommand.self,
    ],
    defaultSubcommand: CorporaMakeDrawnCommand.self)
}
