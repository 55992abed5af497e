import ArgumentParser

/// `patchwork sticker`
struct StickerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sticker",
    abstract: "Make adversarial stickers, test them against honest controls, apply them.",
    discussion: """
      Examples:
        patchwork sticker make --model bagnet17.json --corpus imagenette \\
          --target tench --side 20 --out tench
        patchwork sticker test --sticker tench/sticker.png \\
          --model resnet50.json --corpus imagenette/val
        patchwork sticker apply --sticker tench/sticker.png \\
          --image photo.jpg --at 40,60 --out stuck.png
      """,
    subcommands: [
      StickerMakeCommand.self, StickerTestCommand.self, StickerAreasCommand.self, StickerTransferCommand.self,
      StickerApplyCommand.self,
    ])
}

/// `A,B` as two numbers.
struct NumberPair: ExpressibleByArgument {
  let first, second: Double

  /// As a person would type it.
  var defaultValueDescription: String { "\(first),\(second)" }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard parts.count == 2, let first = parts[0], let second = parts[1], first.isFinite, second.isFinite
    else { return nil }
    self.first = first
    self.second = second
  }
}
