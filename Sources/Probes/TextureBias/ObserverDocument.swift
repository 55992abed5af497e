/// How one observer decides between shape and texture.
package struct ObserverDocument: AnswerDocument {
  /// The answers to the stimuli of one shape.
  package struct Category: AnswerDocument {
    let shapeCategory: String
    let nShape: Int
    let nTexture: Int
    let nOther: Int
    let shapeBias: Share
    let textureFraction: Share

    package static var about: String? { "The answers to the stimuli of one shape." }
    package static var fields: [String: String] {
      ["textureFraction": "Texture answers among those that chose either cue."]
    }

    init(_ category: TextureBiasSummary.Category) {
      let counts = category.counts
      shapeCategory = category.name
      nShape = counts.shape
      nTexture = counts.texture
      nOther = counts.other
      shapeBias = Share(counts.shapeBias)
      textureFraction = Share(counts.texture, of: counts.shape + counts.texture)
    }
  }

  let name: String
  let kind: TextureBiasResult.Kind
  let nConflict: Int
  let nShape: Int
  let nTexture: Int
  let nOther: Int
  let shapeBias: Share
  let shapeBiasInterval: Interval
  let shapeBiasReason: ShareReason?
  let coverage: Share
  let coverageInterval: Interval
  let coverageReason: ShareReason?
  let shapeFraction: Share
  let textureFraction: Share
  let shapeReciprocalRank: Share
  let textureReciprocalRank: Share
  let categories: [Category]
  let skipped: Int

  package static var fields: [String: String] {
    [
      "shapeBias": "Shape answers among those that chose either cue.",
      "shapeBiasInterval":
        "By drawing stimuli again: several people's answers to one stimulus hang together.",
      "coverage": "Answers that chose either cue, among all.",
      "shapeFraction": "Shape answers among all.", "textureFraction": "Texture answers among all.",
      "shapeReciprocalRank": "The mean of 1 / the place of the shape's category; null unless all are known.",
    ]
  }

  package init(_ result: TextureBiasResult, _ bootstrap: Bootstrap = Bootstrap()) {
    let summary = TextureBiasSummary(result)
    let counts = summary.counts
    let decided = counts.shape + counts.texture
    let bias = Proportion(counts.shape, of: decided)
    let coverage = Proportion(decided, of: counts.count)
    name = result.observer
    kind = result.kind
    nConflict = counts.count
    nShape = counts.shape
    nTexture = counts.texture
    nOther = counts.other
    (shapeBias, shapeBiasReason) = (bias.share, bias.reason)
    shapeBiasInterval = Interval(result.shapeBiasInterval(bootstrap))
    (self.coverage, coverageInterval, coverageReason) = (coverage.share, coverage.interval, coverage.reason)
    shapeFraction = Share(counts.shapeFraction)
    textureFraction = Share(counts.textureFraction)
    shapeReciprocalRank = Share(summary.shapeReciprocalRank)
    textureReciprocalRank = Share(summary.textureReciprocalRank)
    categories = summary.categories.map(Category.init)
    skipped = result.skipped.count
  }
}
