/// What can go wrong between Patchwork and the file system.
public enum FileError: ReportableError, Equatable {
  /// Nothing is at `path`.
  case missing(path: String)
  /// `path` is a folder where a file was expected, or the reverse.
  case wrongKind(path: String, expected: String, found: String)
  /// The file has no bytes.
  case empty(path: String)
  /// The file exists and cannot be read.
  case unreadable(path: String, reason: String)
  /// The file cannot be written; nothing was left behind.
  case unwritable(path: String, reason: String)

  public var fault: Fault {
    switch self {
    case .missing: .missingFile
    case .wrongKind, .empty: .badInput
    case .unreadable, .unwritable: .failure
    }
  }

  public var description: String {
    switch self {
    case .missing(let path):
      "\(path): no such file or folder; check the path"
    case .wrongKind(let path, let expected, let found):
      "\(path): expected \(expected), found \(found); check the path"
    case .empty(let path):
      "\(path): expected a file with content, found 0 bytes; fetch or export it again"
    case .unreadable(let path, let reason):
      "\(path): cannot be read (\(reason)); check its permissions"
    case .unwritable(let path, let reason):
      "\(path): cannot be written (\(reason)); free some space or choose another place; nothing was left behind"
    }
  }
}
