import ArgumentParser

/// `patchwork report`
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract:
      "Turn studies and logs of trainings into one self-contained page; gate on its numbers; compare two studies.",
    discussion: """
      Without a subcommand it makes the page.

      Examples:
        patchwork report study.sqlite --out report.html
        patchwork report study.sqlite --out report.html --fail-if 'bagnet17.sticker_success>0.5'
        patchwork report gates study.sqlite
        patchwork report diff before.sqlite after.sqlite
      """,
    subcommands: [
      ReportPageCommand.self, ReportGatesCommand.self, ReportDiffCommand.self, ReportSchemaCommand.self,
    ],
    defaultSubcommand: ReportPageCommand.self)
}
