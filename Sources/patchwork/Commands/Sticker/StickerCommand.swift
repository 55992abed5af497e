import ArgumentParser

/// `patchwork sticker`
struct StickerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sticker",
    abstract: "Make adversarial stickers, test them against honest controls, apply and print them.",
    discussion: """
      Examples:
        patchwork sticker make --model bagnet17.json --corpus imagenette \\
          --target tench --side 20 --out tench
        patchwork sticker test --sticker tench/sticker.png \\
          --model resnet50.json --corpus imagenette/val
        patchwork sticker apply --sticker tench/sticker.png \\
          --image photo.jpg --at 40,60 --out stuck.png
        patchwork sticker print --sticker tench/sticker.png --size-mm 50 --out tench.pdf
      """,
    subcommands: [
      StickerMakeCommand.self, StickerTestCommand.self, StickerAreasCommand.self, StickerTransferCommand.self,
      StickerApplyCommand.self, StickerPrintCommand.self, StickerPaletteCommand.self,
      StickerCalibrateCommand.self,
    ])
}
