import Files

/// What can go wrong in the command line itself.
enum CommandError: ReportableError, Equatable {
  /// Standard output cannot be written.
  case outputFailed(reason: String)
  /// Options that do not go together or have a value they cannot have.
  case wrongUse(String)
  /// The texture-bias probe read wrong on networks of known bias.
  case miscalibrated(readings: String)
  /// Conditions are true that a report was told to fail on.
  case gatesFailed([String], page: String?)
  /// A step of a command that runs others failed; it has said why.
  case stepFailed(command: String, code: Int32)

  var fault: Fault {
    switch self {
    case .outputFailed, .miscalibrated, .stepFailed: .failure
    case .wrongUse: .usage
    case .gatesFailed: .gate
    }
  }

  var description: String {
    switch self {
    case .outputFailed(let reason): "standard output cannot be written (\(reason)); check where it goes"
    case .wrongUse(let text): text
    case .miscalibrated(let readings):
      "expected the probe to read shape biases that are known, found \(readings); do not trust its other values"
    case .gatesFailed(let gates, let page):
      "expected no gate to be met or undecided, found \(gates.joined(separator: "; and "))"
        + (page.map { "; \($0) says by how much" } ?? "; mend what got worse, or move the gate")
    case .stepFailed(let command, let code):
      "expected '\(command)' to succeed, found exit code \(code); its message stands above"
    }
  }
}
