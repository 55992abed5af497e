import CKernels

/// A copy of the source rows that a chunk of cells reads, with a filling (0 unless said otherwise) for what lies
/// outside and cells sorted so that neighbouring product cells read neighbouring floats whatever the step.
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

  /// How to copy, for `pk_stage`, what the rows of cells `cellRows` read of planes `height` × `width`.
  func withPlan(
    height: Int, width: Int, cellRows: Range<Int>, filling: Float = 0, _ body: (pk_staging) -> Void
  ) {
    let step = horizontal.step
    // Float i of a run is source column i · step + first; those outside are filled.
    let starts = remainders.map { horizontal.firstOffset + $0 }
    let begins = starts.map { min(runLength, $0 >= 0 ? 0 : (-$0 + step - 1) / step) }
    let ends = zip(starts, begins).map { start, begin in
      max(begin, min(runLength, width > start ? (width - start - 1) / step + 1 : 0))
    }
    let firsts = zip(starts, begins).map { max(0, $0 + $1 * step) }
    begins.withUnsafeBufferPointer { begin in
      ends.withUnsafeBufferPointer { end in
        firsts.withUnsafeBufferPointer { first in
          body(
            pk_staging(
              height: height, width: width,
              first_row: cellRows.lowerBound * vertical.step + vertical.firstOffset,
              row_step: rowStep == vertical.step ? 1 : vertical.step, rows: rows(for: cellRows.count),
              runs: remainders.count, length: runLength, step: step,
              begin: begin.baseAddress,
              end: end.baseAddress,
              first: first.baseAddress,
              filling: filling))
        }
      }
    }
  }
}
