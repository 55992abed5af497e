import Layers

/// The cells of a logit map that see one tile alone: no seam between tiles changes them.
///
/// Where a tile's side is a multiple of the cells' stride, the cells of every tile stand alike in it, so that shuffling
/// the tiles only moves them: their mean stays what it was.
struct SeamCells {
  /// Places in the map, row by row, ascending; never empty.
  let inner: [Int]

  /// - Returns: nil where tiles are not aligned with the stride, or no cell fits into a tile.
  init?(_ tiling: Tiling, field: ReceptiveField, mapRows: Int, mapColumns: Int) {
    guard tiling.tileHeight % field.stride == 0, tiling.tileWidth % field.stride == 0 else { return nil }
    func inside(_ cell: Int, _ side: Int, _ tiles: Int) -> Bool {
      let pixels = field.pixels(of: cell)
      return pixels.lowerBound >= 0 && pixels.lowerBound / side == (pixels.upperBound - 1) / side
        && pixels.upperBound <= side * tiles
    }
    let rows = (0..<mapRows).filter { inside($0, tiling.tileHeight, tiling.rows) }
    let columns = (0..<mapColumns).filter { inside($0, tiling.tileWidth, tiling.columns) }
    inner = rows.flatMap { row in columns.map { row * mapColumns + $0 } }
    if inner.isEmpty { return nil }
  }
}
