/// Colours in a CSV file with the columns red, green and blue, whole numbers from 0 to 255: what a printer can print.
public enum PaletteFile {
  /// The colours, RGB in 0…1, in the file's order.
  ///
  /// - Throws: `FileError`; `DatasetsError` when it is no such file.
  public static func read(_ path: String) throws -> [SIMD3<Float>] {
    let table = try CSVTable(contentsOf: path)
    let columns = try table.columns(names)
    let colours = try table.rows.map { row in
      let values = try names.map { name in
        let field = CSVTable.trimmed(row.fields[columns[name] ?? 0])
        guard let value = UInt8(field) else {
          throw DatasetsError.badLine(
            path: path, line: row.line, expected: "\(name) as a whole number from 0 to 255",
            found: "'\(field)'")
        }
        return Float(value) / 255
      }
      return SIMD3(values[0], values[1], values[2])
    }
    guard !colours.isEmpty else {
      throw DatasetsError.noRows(path: path, expected: "a header line and a line for each colour")
    }
    return colours
  }

  /// The text of such a file.
  public static func text(_ colours: [SIMD3<UInt8>]) -> String {
    CSVText.document(header: names, rows: colours.map(fields))
  }

  /// A table of the colours asked for and those that were seen for them, with the columns red, green, blue, seen_red,
  /// seen_green and seen_blue.
  public static func text(asked: [SIMD3<UInt8>], seen: [SIMD3<UInt8>]) -> String {
    CSVText.document(
      header: names + names.map { "seen_" + $0 }, rows: zip(asked, seen).map { fields($0) + fields($1) })
  }

  private static let names = ["red", "green", "blue"]

  private static func fields(_ colour: SIMD3<UInt8>) -> [String] {
    [colour.x, colour.y, colour.z].map(String.init)
  }
}
