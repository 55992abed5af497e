import Adversary
import ArgumentParser
import Datasets
import Models
import Probes
import Studies

/// `patchwork perturb`
struct PerturbCommand: ParsableCommand, RecipeCommand {
  static let words = ["perturb"]

  static let configuration = CommandConfiguration(
    commandName: "perturb",
    abstract: "Attack pictures with small changes or stickers of their own; measure the accuracy left.",
    discussion: """
      Lengths count pixels as 0…1: 4/255 or 0.0157. With several --epsilon the attack runs with each, and the \
      answer is a curve; attacks for the smallest change run once. A sticker is bounded by --side or --area instead: \
      a square anywhere in the picture, in any colours, made for that picture alone. Pictures that the network \
      names wrongly as they are count as wrong and are not attacked. What speaks against trusting the numbers is \
      listed as warnings.

      Attacks within a budget:
      \(PerturbCommand.list { if case .bounded = $0 { true } else { false } })

      Attacks for the smallest change (--epsilon counts those within it):
      \(PerturbCommand.list { if case .minimal = $0 { true } else { false } })

      One change for all pictures (learned on 'train', tested on 'val', or on a tenth held back):
      \(PerturbCommand.list { if case .universal = $0 { true } else { false } })

      One sticker for each picture (--side or --area; no --norm and --epsilon):
      \(PerturbCommand.list { if case .patch = $0 { true } else { false } })

      Examples:
        patchwork perturb --attack apgd-ce --norm linf --epsilon 1/255 2/255 4/255 \\
          --model bagnet17.json resnet50.json --corpus imagenette/val --limit 500
        patchwork perturb --attack patch-pgd --side 10 20 30 \\
          --model bagnet17.json resnet50.json --corpus imagenette/val --limit 500
        patchwork perturb --attack deepfool --norm l2 --model bagnet17.json \\
          --corpus imagenette/val --limit 20 --out changed
      """)

  @Option(name: .long, help: "The attack, by name.")
  var attack: PerturbationEntry

  @Option(
    name: .long, help: "How changes are measured: linf or l2 (default: linf where the attack knows it).")
  var norm: PerturbationNorm?

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("One or more greatest lengths of a change, such as 4/255.", valueName: "length"))
  var epsilon: [PixelLength] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("One or more sides of a sticker for each picture.", valueName: "pixels"),
    transform: WholeNumber.atLeast(1))
  var side: [Int] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("The same as shares of the picture, such as 0.04.", valueName: "share"))
  var area: [PictureShare] = []

  @Option(name: .long, help: "The class to reach, by identifier or name (default: any but the true one).")
  var target: String?

  @OptionGroup var models: ModelOptions
  @OptionGroup var corpus: CorpusOptions

  @Option(name: .long, help: "A corpus of its own to test a universal change on.")
  var testCorpus: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Keep every changed picture here: exactly as .safetensors, and in 8 bits as .png, which may undo a small change.",
      valueName: "folder"))
  var out: String?

  @OptionGroup(title: "What attacks can be told") var settings: PerturbationSettingsOptions
  @OptionGroup var study: StudyOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    let isSized = !side.isEmpty || !area.isEmpty
    guard attack.isPatch else {
      if isSized {
        throw ValidationError("\(attack.name) makes no stickers: it takes --epsilon, not --side or --area")
      }
      if case .minimal = attack.maker { return }
      if epsilon.isEmpty {
        throw ValidationError("\(attack.name) expects --epsilon with at least one length")
      }
      return
    }
    if norm != nil || !epsilon.isEmpty {
      throw ValidationError(
        "\(attack.name) makes stickers, bounded by their square: give --side or --area, not --norm or --epsilon"
      )
    }
    if side.isEmpty == area.isEmpty {
      throw ValidationError(
        "\(attack.name) expects either --side with pixels or --area with shares of the picture")
    }
  }

  func run() throws { try answer(to: nil).print(json: common.json) }

  func answer(to recipe: StickerCard.Recipe?) throws -> CommandAnswer {
    let norm = norm ?? attack.norms.first
    try attack.require(norm, target == nil ? .untargeted : .targeted(0), settings.settings)
    let models = try self.models.load()
    let plan = PerturbationPlan(
      entry: attack,
      bounds: norm.map { .lengths($0, epsilon.sorted { $0.value < $1.value }) }
        ?? .squares(side.map { .side($0) } + area.map { .area($0) }),
      target: target, settings: settings.settings, corpus: corpus, testCorpus: testCorpus, out: out,
      recorder: Recorder(study: try study.open(), common: common))
    try plan.require(models.map(\.card))
    let outcomes = try models.map(plan.ask)
    return CommandAnswer(document: ["models": outcomes.compactMap { PerturbedNetwork($0, plan) }]) {
      try Output.table(plan.table(outcomes))
      for outcome in outcomes {
        for warning in outcome.warnings where !common.quiet {
          Output.note("\(outcome.model): warning: \(warning)")
        }
        if let pictures = outcome.pictures, !common.quiet {
          Output.note("\(outcome.model): changed pictures in \(pictures)")
        }
      }
    }
  }

  private static func list(_ isListed: (PerturbationEntry.Maker) -> Bool) -> String {
    PerturbationCatalogue.all.filter { isListed($0.maker) }
      .map { "  \($0.name.padding(to: 13))\($0.summary)" }.joined(separator: "\n")
  }
}

extension PerturbationEntry: ExpressibleByArgument {
  public init?(argument: String) {
    guard let entry = PerturbationCatalogue.named(argument) else { return nil }
    self = entry
  }

  public static var allValueStrings: [String] { PerturbationCatalogue.all.map(\.name) }
  public var defaultValueDescription: String { name }
}

extension PerturbationNorm: ExpressibleByArgument {}

extension String {
  /// With spaces behind up to `count` characters.
  fileprivate func padding(to count: Int) -> String {
    self + String(repeating: " ", count: Swift.max(count - self.count, 1))
  }
}
