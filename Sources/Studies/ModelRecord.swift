import Files
import Layers
import Models

/// What a study remembers of a network, so that its numbers can be traced to its weights.
public struct ModelRecord: Codable, Hashable, Sendable {
  public var card: ModelCard
  /// The SHA-256 of the weights' file, 64 hexadecimal digits.
  public var weightsSHA256: String
  /// Trainable numbers.
  public var parameters: Int
  /// Where one cell of the logit map looks; nil when it has no map or sees everything.
  public var receptiveField: ReceptiveField?
  /// The side of the square input, in pixels.
  public var inputSize: Int

  public init(
    card: ModelCard, weightsSHA256: String, parameters: Int, receptiveField: ReceptiveField?, inputSize: Int
  ) {
    self.card = card
    self.weightsSHA256 = weightsSHA256
    self.parameters = parameters
    self.receptiveField = receptiveField
    self.inputSize = inputSize
  }

  /// The SHA-256 of card and weights together: what tells networks of one name apart.
  public var digest: String {
    // Cards are texts and finite numbers: nothing in them cannot be encoded.
    let text = (try? canonicalJSON(card)) ?? card.name
    return SHA256.hexadecimal(of: Array("\(text)\n\(weightsSHA256)".utf8))
  }
}
