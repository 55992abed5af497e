import ArgumentParser
import Checkpoints
import Files
import Foundation
import Models
import Probes
import Tensors

/// `patchwork weights`
struct WeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights", abstract: "Look into files of weights, or rewrite them.",
    discussion: """
      Examples:
        patchwork weights inspect bagnet17.pth
        patchwork weights convert bagnet17.json --out bagnet17.safetensors
      """,
    subcommands: [WeightsInspectCommand.self, WeightsConvertCommand.self])
}

/// `patchwork weights inspect`
struct WeightsInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract:
      "Show what a file holds, whether it is safe and which architecture it fits; nothing is executed.",
    discussion: """
      Example:
        patchwork weights inspect bagnet17.pth
      """)

  @Argument(help: "A PyTorch, safetensors or ONNX file.")
  var file: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    let found = try Checkpoint.inspect(file)
    let fit = fit(of: found)
    if common.json { return try Output.json(Document(found, fit)) }
    try Output.line("\(file): \(found.format.rawValue), \(found.tensors.count) tensors")
    try Output.line(
      found.safe ? "safe: it names nothing but tensors and plain data" : "NOT SAFE: \(found.reason ?? "")")
    if !found.tensors.isEmpty {
      try Output.line(fit.line)
    }
    if !found.globals.isEmpty { try Output.line("globals: \(found.globals.joined(separator: ", "))") }
    var table = Table(["tensor", "type", "shape"])
    for tensor in found.tensors {
      table.add([tensor.name, tensor.dtype.rawValue, "\(tensor.shape)"])
    }
    try Output.table(table)
  }

  /// Which architecture a card of this file would name, or why there is none.
  private struct Fit {
    let architecture: String?
    let line: String

    init(architecture: String) {
      self.architecture = architecture
      line = "fits \(architecture): describe it in a model card with that architecture"
    }

    init(unfit line: String) {
      architecture = nil
      self.line = line
    }
  }

  private func fit(of found: CheckpointInspection) -> Fit {
    if found.format == .onnx {
      // The file says itself what it computes; the question is whether all of it can be read.
      do {
        _ = try ONNXImporter.network(of: try ONNXFile.read(file), pictureSide: nil)
        return Fit(architecture: "onnx")
      } catch {
        return Fit(unfit: "cannot be used: \(error)")
      }
    }
    let shapes = found.tensors.map { ($0.name, Shape($0.shape)) }
    let architecture = Architecture.fitting(Dictionary(shapes, uniquingKeysWith: { first, _ in first }))
    return architecture.map { Fit(architecture: $0.name) }
      ?? Fit(unfit: "fits none of the architectures Patchwork knows ('patchwork models')")
  }

  private struct Document: Encodable {
    let format: Checkpoint.Format
    let safe: Bool
    let reason: Nullable<String>
    /// The architecture of the catalogue whose names and shapes the tensors have, or `onnx` for a graph that can be
    /// read; null when there is none.
    let architecture: Nullable<String>
    let tensors: [CheckpointInspection.TensorEntry]
    let globals: [String]

    init(_ found: CheckpointInspection, _ fit: Fit) {
      format = found.format
      safe = found.safe
      reason = Nullable(found.reason)
      architecture = Nullable(fit.architecture)
      tensors = found.tensors
      globals = found.globals
    }
  }
}

/// `patchwork weights convert`
struct WeightsConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Rewrite a network as one self-describing safetensors file.",
    discussion: """
      The card travels in the file's metadata. 16-bit storage is read back as fp32.

      Example:
        patchwork weights convert bagnet17.json --out bagnet17.safetensors --storage fp16
      """)

  @Argument(help: "A model card or a self-describing safetensors.")
  var card: String

  @Option(name: .long, help: "The file to write.")
  var out: String

  @Option(
    name: [.long, .customLong("dtype")], help: "How numbers are stored: fp32, fp16 or bf16, ties to even.")
  var storage: SafeTensors.Storage = .fp32

  @OptionGroup var common: CommonOptions

  func run() throws {
    let model = try ModelLoader.load(card)
    try ModelWriter.write(model, storage: storage, to: out)
    let bytes = try FileBytes.read(out).count
    if common.json {
      return try Output.json(
        Document(out: out, bytes: bytes, storage: storage.rawValue, tensors: model.network.parameters.count))
    }
    try Output.line(
      "\(out): \(model.card.name), \(model.network.parameters.count) tensors, \(storage.rawValue), \(bytes) bytes"
    )
  }

  private struct Document: Encodable {
    let out: String
    let bytes: Int
    let storage: String
    let tensors: Int
  }
}

extension SafeTensors.Storage: ExpressibleByArgument {}
