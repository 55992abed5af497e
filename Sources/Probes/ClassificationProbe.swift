import Foundation
import Imaging
import Models
import Tensors

/// One class of a network's answer.
public struct RankedClass: Codable, Hashable, Sendable {
  /// The entry of the card's `classes`.
  public let `class`: String
  /// The readable name; the identifier where the card has none.
  public let className: String
  public let logit: Float
  /// The softmax over all classes, in 0…1.
  public let probability: Double
}

/// What a network sees in one picture.
public struct ClassificationProbe: Sendable {
  public let classifier: any Classifier

  public init(classifier: any Classifier) { self.classifier = classifier }

  /// All classes, the greatest logit first, the lower index first among equals.
  ///
  /// - Parameter name: of the picture, for errors.
  /// - Throws: `ModelError.logitsNotFinite`, and what preparation and network throw.
  public func classes(of picture: Picture, name: String, on workers: Workers) throws -> [RankedClass] {
    let card = classifier.card
    let prepared = try PicturePreparation(card.preprocessing).prepare(picture)
    let logits = try classifier.checkedLogits(of: Tensor(stacking: [prepared.tensor]), on: workers) { _ in
      name
    }.elements
    let greatest = Double(logits.max() ?? 0)
    let exponentials = logits.map { exp(Double($0) - greatest) }
    let total = exponentials.reduce(0, +)
    return logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }.map { index in
      RankedClass(
        class: card.classes[index], className: card.displayName(ofClass: index), logit: logits[index],
        probability: exponentials[index] / total)
    }
  }
}
