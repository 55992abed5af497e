import Files

/// What can go wrong while a page is made.
public enum ReportingError: ReportableError, Equatable {
  /// No study was given, or none holds a run.
  case nothingToReport(studies: [String])
  /// The page's name does not end in `.html`, so the JSON file beside it would take the same name.
  case notAPage(path: String)
  /// A gate is not of the form that gates have.
  case unreadableGate(text: String, found: String)
  /// A gate speaks of nothing that was measured; `known` is what could be spoken of.
  case gateWithoutNumber(gate: String, known: [String])
  /// Two studies hold no number of the same question and observer.
  case nothingToCompare(first: String, second: String, onlyInFirst: [String], onlyInSecond: [String])
  /// A page template of Patchwork's own does not parse.
  case template(name: String, reason: String)

  public var fault: Fault {
    switch self {
    case .nothingToReport, .nothingToCompare: .badInput
    case .notAPage, .unreadableGate, .gateWithoutNumber: .usage
    case .template: .failure
    }
  }

  public var description: String {
    switch self {
    case .nothingToReport(let studies):
      "\(studies.isEmpty ? "no study" : studies.joined(separator: ", ")): expected at least one run, found none; "
        + "measure something with --study first"
    case .notAPage(let path):
      "\(path): expected a file name that ends in .html, found another; give one such as report.html"
    case .unreadableGate(let text, let found):
      "gate '\(text)': expected an observer, a measure and a limit such as bagnet17.sticker_success>0.5, and before them "
        + "a kind of question if wanted, sticker[tench].bagnet17.sticker_success>50%, found \(found); 'report gates' lists "
        + "what there is"
    case .gateWithoutNumber(let gate, let known):
      "gate '\(gate)': expected a number of that name among what was measured, found none; "
        + (known.isEmpty
          ? "measure it with --study first"
          : "there are \(known.prefix(8).joined(separator: ", "))\(known.count > 8 ? " and \(known.count - 8) more" : "")")
    case .nothingToCompare(let first, let second, let onlyInFirst, let onlyInSecond):
      "nothing to compare: expected a question that both studies answer, found none: \(first) has "
        + "\(ReportingError.few(onlyInFirst)), and \(second) \(ReportingError.few(onlyInSecond))"
    case .template(let name, let reason):
      "page template \(name): expected a template that parses, found \(reason); report this as a fault of Patchwork"
    }
  }

  /// The first of several, and how many more there are.
  private static func few(_ names: [String]) -> String {
    if names.isEmpty { return "nothing" }
    return names.prefix(4).joined(separator: "; ") + (names.count > 4 ? "; and \(names.count - 4) more" : "")
  }
}
