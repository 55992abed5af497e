import Tensors

/// Which shape and which texture a picture of the corpus shows.
struct SilhouetteCues: Sendable, Hashable {
  /// One of the cues: the category's or family's index, and a number that no other picture with it has.
  struct Cue: Sendable, Hashable {
    let index: Int
    let number: Int
  }

  /// The shape's category; nil where there is no shape.
  let shape: Cue?
  /// The texture's family: a category, or one of the neutral ones after them; nil where there is no texture.
  let texture: Cue?

  /// Labels take turns, so that any run of 16 pictures has each once.
  ///
  /// - Parameter generator: for the cue that does not predict.
  init(
    _ condition: SilhouetteCondition, index: Int, classes: Int, families: Int,
    using generator: inout SeededGenerator
  ) {
    let label = index % classes
    let round = index / classes
    let own = Cue(index: label, number: round + 1)
    switch condition {
    case .congruent: (shape, texture) = (own, own)
    case .cueConflict:
      // Over 15 rounds every shape meets every other texture once, and every texture is used once a round.
      shape = own
      texture = Cue(index: (label + 1 + round % (classes - 1)) % classes, number: round + 1)
    case .shapeOnly, .edges: (shape, texture) = (own, nil)
    case .textureOnly: (shape, texture) = (nil, own)
    case .stylised:
      shape = own
      texture = Cue(index: (label + 1 + generator.uniform(below: families - 1)) % families, number: index + 1)
    case .textureCue:
      shape = Cue(index: generator.uniform(below: classes), number: index + 1)
      texture = own
    case .shapeCue:
      shape = own
      texture = Cue(index: generator.uniform(below: classes), number: index + 1)
    }
  }
}
