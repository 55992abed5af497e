import Foundation

/// Results go to stdout, everything else to stderr; both straight to their descriptors, so that nothing waits
/// in a buffer.
enum Output {
  /// Writes a line of results.
  static func line(_ text: String = "") throws {
    try self.text(text + "\n")
  }

  /// Writes a table.
  static func table(_ table: Table) throws {
    for text in table.lines { try line(text) }
  }

  /// Writes a text that ends its own last line.
  static func text(_ text: String) throws {
    guard write(text, to: STDOUT_FILENO) else {
      throw CommandError.outputFailed(reason: String(cString: strerror(errno)))
    }
  }

  /// Writes one JSON document with sorted snake_case keys.
  static func json(_ document: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try line(String(decoding: try encoder.encode(document), as: UTF8.self))
  }

  /// Writes a line about the run, not part of its results.
  static func note(_ text: String) { status(text + "\n") }

  /// Writes an error as one line.
  static func complain(_ text: String) { note("patchwork: \(text)") }

  /// Writes to stderr as it stands. What cannot be said is let go.
  static func status(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno != EINTR { return false }
      rest = rest.dropFirst(max(count, 0))
    }
    return true
  }
}
