import Files

/// What can go wrong in the command line itself.
enum CommandError: ReportableError, Equatable {
  /// Standard output cannot be written.
  case outputFailed(reason: String)
  /// Options that do not go together or have a value they cannot have.
  case wrongUse(String)

  var fault: Fault {
    switch self {
    case .outputFailed: .failure
    case .wrongUse: .usage
    }
  }

  var description: String {
    switch self {
    case .outputFailed(let reason): "standard output cannot be written (\(reason)); check where it goes"
    case .wrongUse(let text): text
    }
  }
}
