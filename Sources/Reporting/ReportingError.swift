import Files

/// What can go wrong while a page is made.
public enum ReportingError: ReportableError, Equatable {
  /// No study was given, or none holds a run.
  case nothingToReport(studies: [String])
  /// The page's name does not end in `.html`, so the JSON file beside it would take the same name.
  case notAPage(path: String)
  /// A page template of Patchwork's own does not parse.
  case template(name: String, reason: String)

  public var fault: Fault {
    switch self {
    case .nothingToReport: .badInput
    case .notAPage: .usage
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
    case .template(let name, let reason):
      "page template \(name): expected a template that parses, found \(reason); report this as a fault of Patchwork"
    }
  }
}
