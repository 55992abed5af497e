import Files
import Foundation

/// A table of comma-separated values (RFC 4180) with a header line: quoted fields may hold commas, doubled quotes
/// and line breaks; a byte-order mark, either kind of line end and blank lines are tolerated.
package struct CSVTable {
  package struct Row {
    /// The line of the file on which the row starts, from 1.
    package let line: Int
    package let fields: [String]
  }

  let path: String
  let header: [String]
  package let rows: [Row]

  /// - Throws: `FileError`; `DatasetsError.notText`, `.badLine` for an open quote or a row of another width.
  package init(contentsOf path: String) throws {
    let data = try FileBytes.read(path)
    guard let text = String(validating: data, as: UTF8.self), !text.utf8.contains(0) else {
      throw DatasetsError.notText(path: path)
    }
    try self.init(text, path: path)
  }

  init(_ text: String, path: String) throws {
    var parser = Parser(path: path)
    var rows = try parser.rows(of: text)
    guard !rows.isEmpty else { throw DatasetsError.noRows(path: path, expected: "a header line and rows") }
    let header = rows.removeFirst().fields.map(CSVTable.trimmed)
    for row in rows where row.fields.count != header.count {
      throw DatasetsError.badLine(
        path: path, line: row.line, expected: "\(header.count) fields as in the first line",
        found: "\(row.fields.count)")
    }
    self.path = path
    self.header = header
    self.rows = rows
  }

  /// The positions of the named columns; names are compared without regard to case.
  ///
  /// - Throws: `DatasetsError.missingColumns`, naming all that are missing.
  package func columns(_ names: [String]) throws -> [String: Int] {
    let positions = Dictionary(header.enumerated().map { ($1.lowercased(), $0) }) { first, _ in first }
    let missing = names.filter { positions[$0.lowercased()] == nil }
    guard missing.isEmpty else {
      throw DatasetsError.missingColumns(path: path, columns: missing, found: header)
    }
    return Dictionary(names.compactMap { name in positions[name.lowercased()].map { (name, $0) } }) { $1 }
  }

  package static func trimmed(_ field: String) -> String { field.trimmingCharacters(in: .whitespaces) }

  /// Splits bytes into rows; commas, quotes and line ends are single bytes in UTF-8.
  private struct Parser {
    let path: String
    private var rows: [Row] = []
    private var fields: [String] = []
    private var field: [UInt8] = []
    private var line = 1
    private var rowLine = 1

    init(path: String) { self.path = path }

    mutating func rows(of text: String) throws -> [Row] {
      let bytes = Array(text.utf8)
      var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
      while index < bytes.count {
        switch bytes[index] {
        case UInt8(ascii: "\"") where field.isEmpty:
          index = try quotedField(bytes, from: index + 1)
          continue
        case UInt8(ascii: ","): endField()
        case UInt8(ascii: "\n"):
          endRow()
          line += 1
          rowLine = line
        case UInt8(ascii: "\r") where index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n"): break
        default: field.append(bytes[index])
        }
        index += 1
      }
      endRow()
      return rows
    }

    /// Reads up to the closing quote and returns what follows it.
    private mutating func quotedField(_ bytes: [UInt8], from start: Int) throws -> Int {
      var index = start
      while index < bytes.count {
        let byte = bytes[index]
        index += 1
        if byte == UInt8(ascii: "\"") {
          guard index < bytes.count, bytes[index] == byte else { return index }
          index += 1
        }
        if byte == UInt8(ascii: "\n") { line += 1 }
        field.append(byte)
      }
      throw DatasetsError.badLine(
        path: path, line: rowLine, expected: "a closing quote", found: "the end of the file")
    }

    private mutating func endField() {
      fields.append(String(decoding: field, as: UTF8.self))
      field.removeAll(keepingCapacity: true)
    }

    private mutating func endRow() {
      endField()
      if fields != [""] { rows.append(Row(line: rowLine, fields: fields)) }
      fields = []
    }
  }
}
