import Foundation

/// Results go to stdout, everything else to stderr.
enum Output {
  /// Writes a line of results.
  static func line(_ text: String = "") throws {
    guard fputs(text + "\n", stdout) >= 0 else { throw failure }
  }

  /// Writes one JSON document with sorted snake_case keys.
  static func json(_ document: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try line(String(decoding: try encoder.encode(document), as: UTF8.self))
  }

  /// Makes sure that what was written has arrived.
  static func flush() throws {
    guard fflush(stdout) == 0, ferror(stdout) == 0 else { throw failure }
  }

  /// Writes a line about the run, not part of its results.
  static func note(_ text: String) { fputs(text + "\n", stderr) }

  /// Writes an error as one line.
  static func complain(_ text: String) { note("patchwork: \(text)") }

  private static var failure: CommandError {
    .outputFailed(reason: String(cString: strerror(errno)))
  }
}
