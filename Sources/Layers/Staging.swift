import CKernels

/// A copy of the source rows that a chunk of cells reads, with zeros for what lies outside and cells sorted so
/// that neighbouring product cells read neighbouring floats whatever the step.
///
/// A row holds one run for each remainder of a column modulo the step that some tap needs.
struct Staging: Sendable {
  private let vertical, horizontal: SampledAxis
  /// The remainders that taps need, from the first offset.
  private let remainders: [Int]
  /// Floats in one run.
  private let runLength: Int
  /// Floats in one staged row.
  let rowLength: Int
  /// Staged rows from one cell row to the next: 1 where there is but one tap, since rows between are skipped.
  let rowStep: Int

  init(_ vertical: SampledAxis, _ horizontal: SampledAxis) {
    self.vertical = vertical
    self.horizontal = horizontal
    let distances = horizontal.taps.map { $0.offset - horizontal.firstOffset }
    remainders = Set(distances.map { $0 % horizontal.step }).sorted()
    runLength = horizontal.count + (distances.max() ?? 0) / horizontal.step
    rowLength = runLength * remainders.count
    rowStep = vertical.taps.count == 1 ? 1 : vertical.step
  }

  /// How many rows the largest of some ranges of cells needs; `width` cells make a row.
  func rows(for chunks: [Range<Int>], _ width: Int) -> Int {
    chunks.map { rows(for: ($0.upperBound - 1) / width - $0.lowerBound / width + 1) }.max() ?? 0
  }

  private func rows(for cellRows: Int) -> Int {
    (cellRows - 1) * rowStep + vertical.lastOffset - vertical.firstOffset + 1
  }

  /// Where a tap's cell lies from a product cell's own place.
  func offset(_ y: SampledAxis.Tap, _ x: SampledAxis.Tap) -> Int {
    let distance = x.offset - horizontal.firstOffset
    let run = remainders.firstIndex(of: distance % horizontal.step) ?? 0
    return (y.offset - vertical.firstOffset) * rowLength + run * runLength + distance / horizontal.step
  }

  /// Copies what the rows of cells `cellRows` read from one channel of one image.
  func copy(
    _ plane: UnsafePointer<Float>, height: Int, width: Int, cellRows: Range<Int>,
    to target: UnsafeMutablePointer<Float>
  ) {
    let step = horizontal.step
    for row in 0..<rows(for: cellRows.count) {
      let fromRow =
        rowStep == vertical.step
        ? cellRows.lowerBound * vertical.step + vertical.firstOffset + row
        : (cellRows.lowerBound + row) * vertical.step + vertical.firstOffset
      for (index, remainder) in remainders.enumerated() {
        let line = target + row * rowLength + index * runLength
        guard fromRow >= 0, fromRow < height else {
          line.update(repeating: 0, count: runLength)
          continue
        }
        // Cell i of the run is source column i · step + first; those outside are 0.
        let first = horizontal.firstOffset + remainder
        let begin = min(runLength, first >= 0 ? 0 : (-first + step - 1) / step)
        let end = max(begin, min(runLength, width > first ? (width - first - 1) / step + 1 : 0))
        if begin > 0 { line.update(repeating: 0, count: begin) }
        if end > begin {
          pk_gather(line + begin, plane + fromRow * width + first + begin * step, step, end - begin)
        }
        if end < runLength { (line + end).update(repeating: 0, count: runLength - end) }
      }
    }
  }
}
