import ArgumentParser
import Models

/// `patchwork models`
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List networks, or the architectures that weights can be brought for.",
    discussion: """
      Examples:
        patchwork models
        patchwork models list cards/*.json
        patchwork models show bagnet17.json
      """,
    subcommands: [ModelsListCommand.self, ModelsShowCommand.self],
    defaultSubcommand: ModelsListCommand.self)
}

/// What `models` says of one network.
struct ModelDocument: Encodable {
  let name: String
  let architecture: String
  /// Pixels seen by one local logit; null when every logit sees the whole picture.
  let receptiveField: Nullable<Int>
  let parameters: Int
  let corpus: Nullable<String>
  let top1: Nullable<Double>

  init(_ model: LoadedModel) {
    name = model.card.name
    architecture = model.architecture.name
    receptiveField = Nullable(model.receptiveField?.size)
    parameters = model.parameterCount
    corpus = Nullable(model.card.corpus)
    top1 = Nullable(model.card.top1)
  }
}

/// `patchwork models list`
struct ModelsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the given networks and the known architectures.",
    discussion: """
      Example:
        patchwork models list cards/*.json --json
      """)

  @Argument(help: "Model cards or self-describing safetensors.")
  var models: [String] = []

  @OptionGroup var common: CommonOptions

  func run() throws {
    let found = try models.map { ModelDocument(try ModelLoader.load($0)) }
    let architectures = try Architecture.catalogue.map { architecture in
      let size = try architecture.publishedSize()
      return ArchitectureDocument(
        name: architecture.name, receptiveField: Nullable(size.receptiveField?.size),
        parameters: size.parameterCount)
    }
    if common.json { return try Output.json(Document(models: found, architectures: architectures)) }
    if !found.isEmpty {
      var table = Table(["network", "architecture", "sees", "parameters"])
      for model in found {
        table.add([
          model.name, model.architecture, text(model.receptiveField.value), "\(model.parameters)",
        ])
      }
      try Output.table(table)
      try Output.line()
    }
    var table = Table(["architecture", "sees", "parameters at the published width"])
    for architecture in architectures {
      table.add([architecture.name, text(architecture.receptiveField.value), "\(architecture.parameters)"])
    }
    try Output.table(table)
  }

  private func text(_ field: Int?) -> String { field.map { "\($0) px" } ?? "all" }

  private struct ArchitectureDocument: Encodable {
    let name: String
    let receptiveField: Nullable<Int>
    let parameters: Int
  }

  private struct Document: Encodable {
    let models: [ModelDocument]
    let architectures: [ArchitectureDocument]
  }
}

/// `patchwork models show`
struct ModelsShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one network: its card, receptive field and size.",
    discussion: """
      Example:
        patchwork models show bagnet17.json
      """)

  @Argument(help: "A model card or a self-describing safetensors.")
  var model: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    let loaded = try ModelLoader.load(model)
    let card = loaded.card
    if common.json { return try Output.json(Document(model: ModelDocument(loaded), card: card)) }
    try Output.line("\(card.name): \(loaded.architecture.name), \(loaded.parameterCount) parameters")
    if let field = loaded.receptiveField {
      try Output.line(
        "evidence    each local logit sees \(field.size) × \(field.size) px, every \(field.stride) px")
    }
    try Output.line("classes     \(card.classes.count)")
    for index in card.classes.indices {
      try Output.line("            \(card.classes[index])  \(card.displayName(ofClass: index))")
    }
    let steps = card.preprocessing
    try Output.line(
      "input       "
        + [
          steps.resizeShorterSide.map { "shorter side to \($0) px (\(steps.interpolation.rawValue))" },
          steps.centerCrop.map { "centre \($0) × \($0) px" },
          steps.mean.map { "minus \($0)" }, steps.std.map { "over \($0)" },
        ].compactMap { $0 }.joined(separator: ", "))
    if let source = card.source { try Output.line("source      \(source)") }
    if let licence = card.licence { try Output.line("licence     \(licence)") }
  }

  private struct Document: Encodable {
    let model: ModelDocument
    let card: ModelCard
  }
}
