import ArgumentParser
import Files
import Models
import Probes

/// `patchwork models`
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract:
      "List the networks that come with Patchwork, and the architectures that weights can be brought for.",
    discussion: """
      Examples:
        patchwork models
        patchwork models list cards/*.json
        patchwork models show bagnet9/imagenette
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
  /// Pixels of the side of the pictures it sees, where the card says so.
  let inputSize: Nullable<Int>
  /// Of the weights' file.
  let bytes: Int

  init(_ model: LoadedModel) throws {
    name = model.card.name
    architecture = model.architecture.name
    receptiveField = Nullable(model.receptiveField?.size)
    parameters = model.parameterCount
    corpus = Nullable(model.card.corpus)
    top1 = Nullable(model.card.top1)
    inputSize = Nullable(model.card.preprocessing.centerCrop)
    bytes = try FileBytes.read(model.weightsPath).count
  }
}

/// `patchwork models list`
struct ModelsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List networks and the known architectures.",
    discussion: """
      Examples:
        patchwork models list
        patchwork models list cards/*.json --json
      """)

  @Argument(help: "Networks; left out: those that come with Patchwork.")
  var models: [String] = []

  @OptionGroup var common: CommonOptions

  func run() throws {
    let references = models.isEmpty ? ModelZoo.names : models
    let found = try references.map { try ModelDocument(try ModelLoader.load($0)) }
    let architectures = try Architecture.catalogue.map { architecture in
      let size = try architecture.publishedSize()
      return ArchitectureDocument(
        name: architecture.name, receptiveField: Nullable(size.receptiveField?.size),
        parameters: size.parameterCount)
    }
    if common.json { return try Output.json(Document(models: found, architectures: architectures)) }
    if !found.isEmpty {
      var table = Table(["network", "corpus", "top-1", "pictures", "each logit sees", "parameters", "file"])
      for model in found {
        table.add([
          model.name, model.corpus.value ?? "–", model.top1.value.map { format("%.1f %%", 100 * $0) } ?? "–",
          model.inputSize.value.map { "\($0) px" } ?? "–", text(model.receptiveField.value),
          "\(model.parameters)", format("%.1f MB", Double(model.bytes) / 1e6),
        ])
      }
      try Output.table(table)
      try Output.line()
    }
    var table = Table(["architecture", "each logit sees", "parameters at the published width"])
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
        patchwork models show bagnet9/imagenette
      """)

  @Argument(help: "A name from 'patchwork models', a model card or a self-describing safetensors.")
  var model: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    let loaded = try ModelLoader.load(model)
    let card = loaded.card
    if common.json { return try Output.json(Document(model: try ModelDocument(loaded), card: card)) }
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
    if let corpus = card.corpus {
      try Output.line(
        "corpus      \(corpus)"
          + (card.top1.map { format(", top-1 %.1f %% of its validation pictures", 100 * $0) } ?? ""))
    }
    if let digest = card.recipeSHA256 {
      try Output.line("training    recipe \(digest.prefix(12))…" + (card.seed.map { ", seed \($0)" } ?? ""))
    }
    if let source = card.source { try Output.line("source      \(source)") }
    if let licence = card.licence { try Output.line("licence     \(licence)") }
  }

  private struct Document: Encodable {
    let model: ModelDocument
    let card: ModelCard
  }
}
