/// What kind of fault an error is; decides the exit code of the command line.
public enum Fault: Int32, Sendable {
  /// The run failed for a reason outside its input: a full disk, say.
  case failure = 1
  /// The run did what it was asked, and found a condition true that it was told to fail on.
  case gate = 2
  /// The command was used wrongly: an unknown option, a class the model does not have.
  case usage = 64
  /// A file was found but its content is not what it should be.
  case badInput = 65
  /// A file or folder does not exist.
  case missingFile = 66
}

/// An error meant for a person: one line that says what was expected, what was found and what to do next.
///
/// Every module has one error enum that conforms; the command line prints `description` and exits with
/// `fault`'s code.
public protocol ReportableError: Error, CustomStringConvertible, Sendable {
  /// The kind of fault, which decides the exit code.
  var fault: Fault { get }
}
