import Models

/// One network's most telling patches of each class, and the distractors.
package struct EvidencePatchesDocument: AnswerDocument {
  package struct Patch: AnswerDocument {
    package let rank: Int
    package let image: String
    package let `class`: String
    package let className: String
    package let x, y: Int
    package let logit: Nullable<Float>
    package let predicted: String
    package let predictedName: String

    package static var fields: [String: String] {
      [
        "rank": "From 1, the strongest first.", "class": "The picture's true class.",
        "x": "The patch's left edge in the prepared picture, in pixels.", "y": "Its top edge.",
        "predicted": "The network's answer to the whole picture.",
      ]
    }

    init(_ patch: EvidencePatch, rank: Int, _ card: ModelCard?) {
      self.rank = rank
      image = patch.image
      self.class = card.identifier(patch.label)
      className = card.className(patch.label)
      (x, y) = (patch.left, patch.top)
      logit = Nullable(patch.logit)
      predicted = card.identifier(patch.predicted)
      predictedName = card.className(patch.predicted)
    }
  }

  package struct Side: AnswerDocument {
    package let patches: [Patch]
    package let whole: Bool

    package static var fields: [String: String] {
      ["whole": "Whether these are all that sorting every patch would give."]
    }

    init(_ strongest: EvidencePatchResult.Strongest, _ card: ModelCard?) {
      patches = strongest.patches.enumerated().map { Patch($1, rank: $0 + 1, card) }
      whole = strongest.isWhole
    }
  }

  package struct ClassPatches: AnswerDocument {
    package let `class`: String
    package let className: String
    package let images: Int
    package let telling: Side
    package let distractors: Side

    package static var fields: [String: String] {
      [
        "images": "Pictures of the class that were answered.", "telling": "From pictures of the class.",
        "distractors": "From pictures of all other classes.",
      ]
    }

    init(_ entry: EvidencePatchResult.ClassPatches, _ card: ModelCard?) {
      self.class = card.identifier(entry.classIndex)
      className = card.className(entry.classIndex)
      images = entry.images
      telling = Side(entry.telling, card)
      distractors = Side(entry.distractors, card)
    }
  }

  let model: String
  let n: Int
  let patch: Int
  let stride: Nullable<Int>
  let lookAlikeDistance: Int
  package let classes: [ClassPatches]
  let skipped: Int
  let skippedImages: [SkippedImage]

  package static var about: String? {
    "One network's most telling patches of each class, and the distractors."
  }
  package static var fields: [String: String] {
    [
      "patch": "A patch's side in pixels.", "stride": "How far apart a picture's patches begin, in pixels.",
      "lookAlikeDistance":
        "Of patches whose pixels differ by no more levels of 255 (root of the mean square) the strongest alone stays.",
    ]
  }

  /// - Parameters:
  ///   - card: the network's; nil where it is not known.
  ///   - stride: pixels between neighbouring patches; nil where that is not known.
  package init(_ result: EvidencePatchResult, card: ModelCard?, stride: Int?) {
    model = result.model
    n = result.count
    patch = result.patchSide
    self.stride = Nullable(stride)
    lookAlikeDistance = EvidencePatch.lookAlikeDistance
    classes = result.classes.map { ClassPatches($0, card) }
    skipped = result.skipped.count
    skippedImages = result.skipped
  }
}

extension ModelCard? {
  /// The identifier of a class; its place where the card has no such class.
  package func identifier(_ index: Int) -> String {
    guard let self, self.classes.indices.contains(index) else { return "\(index)" }
    return self.classes[index]
  }

  /// The readable name of a class; its place where the card has no such class.
  package func className(_ index: Int) -> String {
    guard let self, self.classes.indices.contains(index) else { return "class \(index)" }
    return self.displayName(ofClass: index)
  }
}
