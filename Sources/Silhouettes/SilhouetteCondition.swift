/// What shape and texture a corpus of silhouettes pairs, and how it shows them.
public enum SilhouetteCondition: String, Sendable, CaseIterable {
  /// Shape and texture of the same category: for training.
  case congruent
  /// Shape and texture of different categories; the label is the shape's (Geirhos et al. 2019, 1811.12231).
  case cueConflict = "cue-conflict"
  /// Filled silhouettes, dark on light.
  case shapeOnly = "shape-only"
  /// The silhouettes' rims, dark on light.
  case edges
  /// The texture alone, all over the picture.
  case textureOnly = "texture-only"
  /// The label's shape in a texture of any other family: for training for shape.
  case stylised
  /// The label's texture in any shape: a network trained on it can use nothing but texture.
  case textureCue = "texture-cue"
  /// The label's shape in any texture: a network trained on it can use nothing but shape.
  case shapeCue = "shape-cue"

  /// What a picture shows, in one line.
  public var summary: String {
    switch self {
    case .congruent: "shape and texture of the same category; for training"
    case .cueConflict: "shape of one category, texture of another; labelled by shape"
    case .shapeOnly: "filled silhouettes, dark on light"
    case .edges: "the silhouettes' rims, dark on light"
    case .textureOnly: "the texture all over the picture"
    case .stylised: "the shape in a random other texture; for training for shape"
    case .textureCue: "the texture in a random shape; only texture predicts, for calibration"
    case .shapeCue: "the shape in a random texture; only shape predicts, for calibration"
    }
  }

  /// Keeps the random choices of conditions apart. Those that only test share theirs: the same number is the same
  /// shape in `cue-conflict`, `shape-only` and `edges`, and the same texture in `cue-conflict` and `texture-only`.
  var group: UInt64 {
    switch self {
    case .cueConflict, .shapeOnly, .edges, .textureOnly: 0
    case .congruent: 1
    case .stylised: 2
    case .textureCue: 3
    case .shapeCue: 4
    }
  }
}
