import ArgumentParser

/// What every command asks for that makes stickers.
struct StickerMakingOptions: ParsableArguments {
  @OptionGroup var models: ModelOptions
  @OptionGroup var corpus: CorpusOptions
  @OptionGroup var attack: StickerAttackOptions

  @Option(name: .long, help: "A corpus of its own for the test.")
  var testCorpus: String?

  @OptionGroup var study: StudyOption
  @OptionGroup var common: CommonOptions
}
