import Layers

/// Tells for each cell of a map whether what it sees is the shape's, something else's, or some of both.
struct ConflictRegions {
  private let field: ReceptiveField
  private let width, height: Int
  /// How many pixels above and left of each corner are the shape's; a row and a column more than the picture.
  private let sums: [Int]

  /// - Parameter silhouette: whether each pixel is the shape's, row by row.
  init(silhouette: [Bool], width: Int, field: ReceptiveField) {
    self.field = field
    self.width = width
    height = silhouette.count / max(width, 1)
    var sums = [Int](repeating: 0, count: (width + 1) * (height + 1))
    for row in 0..<height {
      var line = 0
      for column in 0..<width {
        line += silhouette[row * width + column] ? 1 : 0
        sums[(row + 1) * (width + 1) + column + 1] = sums[row * (width + 1) + column + 1] + line
      }
    }
    self.sums = sums
  }

  /// The region of a cell, by the pixels of the picture that it sees.
  func region(row: Int, column: Int) -> ConflictRegion {
    let rows = field.pixels(of: row).clamped(to: 0..<height)
    let columns = field.pixels(of: column).clamped(to: 0..<width)
    func sum(_ row: Int, _ column: Int) -> Int { sums[row * (width + 1) + column] }
    let covered =
      sum(rows.upperBound, columns.upperBound) - sum(rows.lowerBound, columns.upperBound)
      - sum(rows.upperBound, columns.lowerBound) + sum(rows.lowerBound, columns.lowerBound)
    return covered == 0 ? .outside : covered == rows.count * columns.count ? .inside : .outline
  }

  /// The evidence of each region's cells, in the order of `ConflictRegion.allCases`.
  func evidence(_ cells: CellValues) -> [RegionEvidence] {
    var found: [ConflictRegion: RegionEvidence] = [:]
    for row in 0..<cells.rows {
      for column in 0..<cells.columns {
        found[region(row: row, column: column), default: RegionEvidence()]
          .add(cells.values[row * cells.columns + column])
      }
    }
    return ConflictRegion.allCases.map { found[$0] ?? RegionEvidence() }
  }
}
