import Imaging

/// The outlines of the 16 categories, written by hand in `Outline`'s notation.
enum SilhouetteOutlines {
  /// The variants of each category, in the order of `EntryLevelCategories.names`.
  static let categories: [(name: String, variants: [Outline])] = [
    ("airplane", airplane),
    ("bear", bear),
    ("bicycle", bicycle),
    ("bird", bird),
    ("boat", boat),
    ("bottle", bottle),
    ("car", car),
    ("cat", cat),
    ("chair", chair),
    ("clock", clock),
    ("dog", dog),
    ("elephant", elephant),
    ("keyboard", keyboard),
    ("knife", knife),
    ("oven", oven),
    ("truck", truck),
  ]
}
