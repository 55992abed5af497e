import Tensors

/// A feature map cut into runs of neighbouring cells, for layers that mix the channels of one cell and never two
/// cells.
///
/// Each cell's sums run over its channels in order, whichever cells lie beside it; so a cell has the same bits
/// in a window as in the whole picture.
struct CellBlocks: Sendable {
  /// Cells of a run: so few that its channels stay in the cache between two passes over them.
  static let length = 128

  let channels: Int
  /// Cells of one picture's plane.
  let pixels: Int
  private let pictures: Int

  /// - Parameter shape: `[batch, channels, height, width]`
  init(_ shape: Shape) {
    (pictures, channels, pixels) = (shape[0], shape[1], shape[2] * shape[3])
  }

  /// Calls `body` for each run with the offset of its first cell's first channel, its cells, and `2 · length`
  /// floats of unset memory; channel `c` of cell `i` lies at `offset + c · pixels + i`.
  func forEach(on workers: Workers, _ body: (Int, Int, UnsafeMutablePointer<Float>) -> Void) {
    let runs = (pixels + CellBlocks.length - 1) / CellBlocks.length
    workers.forEach(pictures * runs, scratch: 2 * CellBlocks.length) { block, scratch in
      let first = block % runs * CellBlocks.length
      body(
        block / runs * channels * pixels + first, min(CellBlocks.length, pixels - first), scratch)
    }
  }
}
