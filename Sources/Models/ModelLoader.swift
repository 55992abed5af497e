import Checkpoints
import Files
import Foundation

/// Turns what a person names into a network: a model card (`.json`), whose weights may be an ONNX network, a
/// self-describing `.safetensors`, or a network of the zoo.
public enum ModelLoader {
  /// The metadata key under which a self-describing safetensors file holds its card.
  public static let cardKey = "patchwork.card"

  /// The network that `reference` names: the file at that path, or else the zoo's network of that name.
  ///
  /// - Throws: `FileError`, `CheckpointError` or `ModelError`.
  public static func load(_ reference: String) throws -> LoadedModel {
    guard FileManager.default.fileExists(atPath: reference) else {
      guard let path = ModelZoo.path(of: reference) else {
        throw ModelError.noSuchNetwork(reference: reference)
      }
      return try load(path)
    }
    try FileBytes.requireFile(reference)
    let extensionName = (reference as NSString).pathExtension.lowercased()
    if extensionName == "json" { return try load(cardAt: reference) }
    if extensionName == "onnx" { throw ModelError.networkWithoutCard(path: reference) }
    guard extensionName == "safetensors" else { throw ModelError.notACard(path: reference) }
    let bytes = try FileBytes.read(reference)
    let checkpoint = try Checkpoint.read(bytes, path: reference)
    guard let text = checkpoint.metadata[cardKey] else { throw ModelError.noCard(path: reference) }
    return try LoadedModel(
      card: try ModelCard(json: Data(text.utf8), path: reference), parameters: checkpoint.tensors,
      weightsPath: reference, weights: DigestedBytes(bytes))
  }

  /// The card at `path`, checked for what no network could use.
  public static func readCard(_ path: String) throws -> ModelCard {
    try ModelCard(json: try FileBytes.read(path), path: path)
  }

  /// The weights' file that a card names, beside the card.
  public static func weightsPath(of card: ModelCard, at cardPath: String) throws -> String {
    guard let weights = card.weights, !weights.isEmpty else {
      throw ModelError.badCard(path: cardPath, reason: "no \"weights\"")
    }
    if weights.hasPrefix("/") { return weights }
    let folder = (cardPath as NSString).deletingLastPathComponent
    return (folder as NSString).appendingPathComponent(weights)
  }

  private static func load(cardAt path: String) throws -> LoadedModel {
    let card = try readCard(path)
    let weights = try weightsPath(of: card, at: path)
    let bytes = try FileBytes.read(weights)
    if card.architecture == Architecture.onnx.name {
      return try LoadedModel(
        card: card, imported: try ONNXFile.read(bytes, path: weights), weights: DigestedBytes(bytes))
    }
    return try LoadedModel(
      card: card, parameters: try Checkpoint.read(bytes, path: weights).tensors, weightsPath: weights,
      weights: DigestedBytes(bytes))
  }
}
