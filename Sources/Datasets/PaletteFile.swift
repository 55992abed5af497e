/// Colours in a CSV file with the columns red, green and blue, whole numbers from 0 to 255: what a printer can print.
public enum PaletteFile {
  /// The colours, RGB in 0…1, in the file's order.
  ///
  /// - Throws: `FileError`; `DatasetsError` when it is no such file.
  public static func read(_ path: String) throws -> [SIMD3<Float>] {
    let table = try CSVTable(contentsOf: path)
    let names = ["red", "green", "blue"]
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
}
