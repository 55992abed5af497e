import ArgumentParser
import Datasets
import Distortions

/// `patchwork corruptions`
struct CorruptionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corruptions",
    abstract: "Measure errors under common corruptions, or look at a picture under them.",
    discussion: """
      The corruptions of Hendrycks & Dietterich 2019, five severities each, with the published parameters at 224 px. \
      At other sizes lengths are scaled with the shorter side; snow, frost and spatter are drawn for 224 px and \
      resized. Frost is drawn by Patchwork: the published one lies on photographs.

      Types: \(Corruption.catalogue.map(\.name).joined(separator: ", "))

      Examples:
        patchwork corruptions --model alexnet/imagenette resnet50/imagenette \\
          --corpus imagenette/val --baseline alexnet/imagenette --study study.sqlite
        patchwork corruptions sheet --image photo.jpg --out sheet.png
      """,
    subcommands: [CorruptionsMeasureCommand.self, CorruptionsSheetCommand.self],
    defaultSubcommand: CorruptionsMeasureCommand.self)
}

/// Which corruptions a command uses.
struct CorruptionOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("One or more types of corruption (default: the fifteen).", valueName: "type"))
  var types: [Corruption] = []

  @Flag(name: .long, help: "The four extra types too: speckle_noise, gaussian_blur, spatter, saturate.")
  var extra = false

  func validate() throws {
    if extra, !types.isEmpty {
      throw ValidationError("expected --types or --extra, found both; name the extra types among --types")
    }
  }

  /// The corruptions asked for, in the catalogue's order.
  var corruptions: [Corruption] {
    if types.isEmpty { return extra ? Corruption.catalogue : Corruption.benchmark }
    return Corruption.catalogue.filter(types.contains)
  }
}

extension Corruption: ExpressibleByArgument {
  public init?(argument: String) {
    guard let corruption = Corruption.named(argument) else { return nil }
    self = corruption
  }

  public static var allValueStrings: [String] { catalogue.map(\.name) }
  public var defaultValueDescription: String { name }
}
