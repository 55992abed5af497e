import Checkpoints
import Files
import Foundation

/// Turns what a person names into a network: a model card (`.json`) or a self-describing `.safetensors`.
public enum ModelLoader {
  /// The metadata key under which a self-describing safetensors file holds its card.
  public static let cardKey = "patchwork.card"

  /// The network that `reference` names.
  ///
  /// - Throws: `FileError`, `CheckpointError` or `ModelError`.
  public static func load(_ reference: String) throws -> LoadedModel {
    try FileBytes.requireFile(reference)
    let extensionName = (reference as NSString).pathExtension.lowercased()
    if extensionName == "json" { return try load(cardAt: reference) }
    guard extensionName == "safetensors" else { throw ModelError.notACard(path: reference) }
    let checkpoint = try Checkpoint.read(reference)
    guard let text = checkpoint.metadata[cardKey] else { throw ModelError.noCard(path: reference) }
    return try LoadedModel(
      card: try decode(Data(text.utf8), path: reference), parameters: checkpoint.tensors,
      weightsPath: reference)
  }

  /// The card at `path`, checked for what no network could use.
  public static func readCard(_ path: String) throws -> ModelCard {
    try decode(try FileBytes.read(path), path: path)
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
    return try LoadedModel(
      card: card, parameters: try Checkpoint.read(weights).tensors, weightsPath: weights)
  }

  private static func decode(_ data: Data, path: String) throws -> ModelCard {
    let card: ModelCard
    do {
      card = try JSONDecoder().decode(ModelCard.self, from: data)
    } catch let error as DecodingError {
      throw ModelError.badCard(path: path, reason: describe(error))
    }
    if let fault = card.fault { throw ModelError.badCard(path: path, reason: fault) }
    return card
  }

  private static func describe(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
      let keys = context.codingPath.map(\.stringValue) + (last.map { [$0.stringValue] } ?? [])
      return "\"\(keys.joined(separator: "."))\""
    }
    return switch error {
    case .keyNotFound(let key, let context): "no \(place(context, key))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "a value of the wrong type in \(place(context))"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty ? "text that is not JSON" : "a value it cannot have in \(place(context))"
    @unknown default: "text that cannot be read"
    }
  }
}

extension ModelCard {
  /// What no network could use, in words; nil when all is well.
  var fault: String? {
    if name.isEmpty { return "an empty \"name\"" }
    if classes.isEmpty { return "no entry in \"classes\"" }
    if Set(classes).count != classes.count { return "the same entry twice in \"classes\"" }
    for (key, side) in [
      ("resize_shorter_side", preprocessing.resizeShorterSide), ("center_crop", preprocessing.centerCrop),
    ] {
      if let side, !(1...16_384).contains(side) { return "\"\(key)\" of \(side) px, outside 1…16384" }
    }
    for (key, values) in [("mean", preprocessing.mean), ("std", preprocessing.std)] {
      guard let values else { continue }
      if values.count != 3 { return "\(values.count) numbers in \"\(key)\" where there are three channels" }
      if !values.allSatisfy(\.isFinite) { return "a number in \"\(key)\" that is not finite" }
    }
    if preprocessing.std?.contains(where: { $0 <= 0 }) == true { return "a \"std\" that is not positive" }
    return nil
  }
}
