import Models

/// One of the networks that a sticker is made against.
public struct AttackedClassifier: Sendable {
  public let classifier: any Classifier
  /// Its share in the loss beside the other networks'; positive.
  public let weight: Float
  /// For each class in the numbering of the pictures' labels, this network's index of the same class, nil
  /// when it has no such class. Nil as a whole when the numbering is the network's own.
  public let classIndices: [Int?]?

  public init(_ classifier: any Classifier, weight: Float = 1, classIndices: [Int?]? = nil) {
    self.classifier = classifier
    self.weight = weight
    self.classIndices = classIndices
  }

  /// The network's own index of class `label`; nil when it has none.
  func index(of label: Int) -> Int? {
    let index: Int?
    if let classIndices {
      index = classIndices.indices.contains(label) ? classIndices[label] : nil
    } else {
      index = label
    }
    return index.flatMap { classifier.card.classes.indices.contains($0) ? $0 : nil }
  }

  /// What `criterion` wants of a picture of class `label`, in this network's own numbering; nil when it lacks
  /// the class to reach or to leave.
  func goal(_ criterion: Criterion, label: Int) -> AttackGoal? {
    switch criterion {
    case .targeted(let target): index(of: target).map { .reach($0, insteadOf: index(of: label)) }
    case .untargeted: index(of: label).map { .leave($0) }
    }
  }
}
