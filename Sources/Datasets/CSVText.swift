/// Comma-separated values as they are written (RFC 4180).
public enum CSVText {
  /// A header line and rows, each ended by a line feed.
  public static func document(header: [String], rows: [[String]]) -> String {
    ([header] + rows).map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  /// A field, quoted where it must be.
  static func quoted(_ field: String) -> String {
    let mustQuote = field.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
    return mustQuote ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
  }
}
