import Datasets

/// The tables behind a page's figures as files of their own.
enum FigureCSV {
  /// One file for each figure, named by the figure's identifier on the page, with the cells that the page shows under it.
  static func files(of sections: [PageSection]) -> [(name: String, text: String)] {
    sections.flatMap(\.blocks).flatMap(files)
  }

  private static func files(of block: PageBlock) -> [(name: String, text: String)] {
    switch block {
    case .figure(let figure): [(name(figure.id), text(figure.data))]
    case .maps(let figures): figures.map { (name($0.id), text($0.data)) }
    case .fold(_, let blocks): blocks.flatMap(files)
    default: []
    }
  }

  private static func text(_ table: Table) -> String {
    CSVText.document(header: table.columns.map(\.title), rows: table.rows)
  }

  /// Identifiers are Patchwork's own; whatever else may get into one cannot leave the folder.
  private static func name(_ id: String) -> String {
    String(id.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }) + ".csv"
  }
}
