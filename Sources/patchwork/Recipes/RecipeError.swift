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
  /// An option that the recipe's command does not take, or a value it does not.
  case badOption(place: String, complaint: String)
  /// No recipe of that name comes with Patchwork, and no file has it.
  case unknownName(reference: String, known: [String])
  /// A recipe's command failed for another reason than its options.
  case failed(name: String, reason: String, fault: Fault)

  var fault: Fault {
    switch self {
    case .failed(_, _, let fault): fault
    case .unknownName: .missingFile
    default: .badInput
    }
  }

  var description: String {
    switch self {
    case .notYAML(let path, let line, let reason):
      "\(path)\(line.map { ":\($0)" } ?? ""): expected a recipe in YAML, found \(reason); correct the text"
    case .notAMapping(let place, let found):
      "\(place): expected names and values (name: value), found \(found); see 'patchwork train --help' and 'patchwork "
        + "run --help'"
    case .unknownKey(let place, let key, let known):
      "\(place): expected one of \(known.sorted().joined(separator: ", ")), found '\(key)'; correct the name or "
        + "remove the line"
    case .repeatedKey(let place, let key):
      "\(place): expected '\(key)' once, found it twice; remove one"
    case .missingKey(let path, let key, let expected):
      "\(path): expected '\(key)' (\(expected)), found none; add the line"
    case .badValue(let place, let key, let expected, let found):
      "\(place): expected '\(key)' to be \(expected), found \(found); correct the line"
    case .badOption(let place, let complaint): "\(place): \(complaint)"
    case .unknownName(let reference, let known):
      "expected a recipe's YAML file or "
        + (known.isEmpty
          ? "the name of one that is installed beside the program (there are none)"
          : "one of \(known.joined(separator: ", "))") + ", found '\(reference)'; see 'patchwork run'"
    case .failed(let name, let reason, _): "\(name): \(reason)"
    }
  }
}
