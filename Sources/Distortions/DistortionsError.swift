import Files

/// What can go wrong when pictures are made of the shapes of some and the textures of others.
public enum DistortionsError: ReportableError, Equatable {
  /// No object can be told from what lies behind it; `share` of the picture would be one.
  case noForeground(share: Double)
  /// A folder whose name cannot stand in a stimulus' name, and no category is given for it.
  case notACategory(folder: String)
  /// Shapes and textures that make no two categories.
  case tooFewCategories(shapes: [String], textures: [String])
  /// More stimuli were asked for than there are pairs of pictures.
  case tooFewPairs(pairs: Int, asked: Int)
  /// Two pictures whose copies would have one name.
  case sameName(first: String, second: String)

  public var fault: Fault {
    switch self {
    case .notACategory, .tooFewPairs: .usage
    case .noForeground, .tooFewCategories, .sameName: .badInput
    }
  }

  public var description: String {
    switch self {
    case .noForeground(let share):
      "expected an object that stands out from what lies behind it, found one that takes "
        + "\((share * 1000).rounded() / 10) % of the picture; cut the object out (a PNG with transparency) or leave the "
        + "picture out"
    case .notACategory(let folder):
      "expected folders named after categories in letters (cat, dog), found '\(shown(folder))'; rename it, or give a "
        + "CSV file with the first line class,category and a line such as \(shown(folder)),cat with --mapping"
    case .tooFewCategories(let shapes, let textures):
      "expected a shape and a texture of different categories, found shapes of \(few(shapes)) and textures of "
        + "\(few(textures)); add folders of other categories"
    case .tooFewPairs(let pairs, let asked):
      "expected at most as many pictures as there are pairs of a shape and a texture of different categories "
        + "(\(pairs)), found \(asked); lower --count or add pictures"
    case .sameName(let first, let second):
      "expected pictures whose names differ in more than their extensions, found \(shown(first)) and "
        + "\(shown(second)); rename one"
    }
  }

  private func few(_ names: [String]) -> String {
    let shown = names.prefix(3).joined(separator: ", ")
    return names.isEmpty ? "none" : names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
  }
}
