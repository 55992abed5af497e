import Checkpoints
import Foundation

/// Writes a network as a safetensors file that holds its own card.
public enum ModelWriter {
  /// The parameters under the checkpoint's names and the card, without the name of the old weights' file, in
  /// the metadata. The same network gives the same bytes.
  ///
  /// - Throws: `ModelError.notConvertible` for an ONNX network, `CheckpointError` for numbers the storage cannot hold, `FileError` when the file cannot be
  ///   written.
  public static func write(_ model: LoadedModel, storage: SafeTensors.Storage, to path: String) throws {
    guard model.architecture.name != Architecture.onnx.name else {
      throw ModelError.notConvertible(name: model.card.name)
    }
    var card = model.card
    card.weights = nil
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(card), as: UTF8.self)
    try SafeTensors.write(
      model.network.parameters, metadata: [ModelLoader.cardKey: text], storage: storage, to: path)
  }
}
