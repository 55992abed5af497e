import Files

/// What can be wrong with a recipe.
enum RecipeError: ReportableError, Equatable {
  /// Not YAML.
  case notYAML(path: String, line: Int?, reason: String)
  /// A document of another form than a table of names and values.
  case notAMapping(place: String, found: String)
  /// A name that the recipe does not know.
  case unknownKey(place: String, key: String, known: [String])
  /// A name that stands twice.
  case repeatedKey(place: String, key: String)
  /// A name that must be there.
  case missingKey(path: String, key: String, expected: String)
  /// A value that cannot be used.
  case badValue(place: String, key: String, expected: String, found: String)

  var fault: Fault { .badInput }

  var description: String {
    switch self {
    case .notYAML(let path, let line, let reason):
      "\(path)\(line.map { ":\($0)" } ?? ""): expected a recipe in YAML, found \(reason); correct the text"
    case .notAMapping(let place, let found):
      "\(place): expected names and values (kind: bag-of-features), found \(found); see 'patchwork train --help'"
    case .unknownKey(let place, let key, let known):
      "\(place): expected one of \(known.sorted().joined(separator: ", ")), found '\(key)'; correct the name or "
        + "remove the line"
    case .repeatedKey(let place, let key):
      "\(place): expected '\(key)' once, found it twice; remove one"
    case .missingKey(let path, let key, let expected):
      "\(path): expected '\(key)' (\(expected)), found none; add the line"
    case .badValue(let place, let key, let expected, let found):
      "\(place): expected '\(key)' to be \(expected), found \(found); correct the line"
    }
  }
}
