import CKernels
import Tensors

/// The columns of a convolution's matrix product, which are never stored as a matrix: for each cell of the
/// product, the source cells under its taps.
///
/// Slices are read straight from the source, or from a padded and sorted copy of a few rows where taps fall
/// outside or skip cells.
struct ColumnSource: Sendable {
  /// Cells handled at once: a range of one image's, or all of several images'.
  struct Chunk {
    let images: Range<Int>
    let cells: Range<Int>

    /// Each image begins a vector of 8 columns.
    var paddedCells: Int { (cells.count + 7) & ~7 }
    var columns: Int { (images.count - 1) * paddedCells + cells.count }
    /// Columns of whole slivers.
    var width: Int { (columns + 23) / 24 * 24 }
  }

  /// `[batch, channels, height, width]`
  let source: Shape
  let vertical, horizontal: SampledAxis
  /// Source channels taken at once.
  let channelsPerPart: Int
  let chunks: [Chunk]
  /// Where each tap of each of `channelsPerPart` channels lies, from a cell's own place: `[channel][tap]`.
  let tapOffsets: [Int]
  private let staging: Staging?
  /// Floats of one channel's staged rows of one image.
  private let stagedPlane: Int

  /// - Parameter chunkColumns: about as many cells make a chunk.
  init(
    source: Shape, vertical: SampledAxis, horizontal: SampledAxis, channelsPerPart: Int, chunkColumns: Int
  ) {
    self.source = source
    self.vertical = vertical
    self.horizontal = horizontal
    self.channelsPerPart = channelsPerPart
    chunks = ColumnSource.chunks(
      images: source[0], cells: vertical.count * horizontal.count, columns: chunkColumns)
    let isInside = vertical.staysInside(source[2]) && horizontal.staysInside(source[3])
    let staging = horizontal.step == 1 && isInside ? nil : Staging(vertical, horizontal)
    let stagedPlane =
      staging.map { [chunks] in $0.rowLength * $0.rows(for: chunks.map(\.cells), horizontal.count) } ?? 0
    let (width, plane) = (source[3], staging == nil ? source[2] * source[3] : stagedPlane)
    let window = vertical.taps.flatMap { y in
      horizontal.taps.map { x in staging?.offset(y, x) ?? y.offset * width + x.offset }
    }
    tapOffsets = (0..<channelsPerPart).flatMap { channel in window.map { channel * plane + $0 } }
    self.staging = staging
    self.stagedPlane = stagedPlane
  }

  private static func chunks(images: Int, cells: Int, columns: Int) -> [Chunk] {
    guard cells > 0 else { return [] }
    if cells <= columns {
      // Columns are computed 24 at once, so some numbers of images waste fewer than others.
      let padded = (cells + 7) & ~7
      let together =
        (1...max(1, columns * 5 / 4 / padded)).max { wasteless($0, padded) < wasteless($1, padded) } ?? 1
      return stride(from: 0, to: images, by: together).map {
        Chunk(images: $0..<min(images, $0 + together), cells: 0..<cells)
      }
    }
    let pieces = (cells + columns - 1) / columns
    let length = ((cells + pieces - 1) / pieces + 23) / 24 * 24
    return (0..<images).flatMap { image in
      stride(from: 0, to: cells, by: length).map {
        Chunk(images: image..<image + 1, cells: $0..<min(cells, $0 + length))
      }
    }
  }

  /// The share of whole slivers' columns that `images` pictures fill.
  private static func wasteless(_ images: Int, _ padded: Int) -> Double {
    let columns = images * padded
    return Double(columns) / Double((columns + 23) / 24 * 24)
  }

  /// Floats of scratch that `origin` may fill.
  var scratchLength: Int {
    staging == nil ? 0 : channelsPerPart * stagedPlane * (chunks.map(\.images.count).max() ?? 0) + 16
  }

  /// Whether what `origin` gives is a copy.
  var isStaged: Bool { staging != nil }

  /// Floats from one channel to the next of what `origin` gives, for one picture.
  var planeLength: Int { staging == nil ? source[2] * source[3] : stagedPlane }

  /// Floats from one row of cells to the next of what `origin` gives.
  var rowPitch: Int { staging.map { $0.rowStep * $0.rowLength } ?? vertical.step * source[3] }

  /// Floats of scratch that `origin` may fill for `channels` channels of one picture.
  func stagedLength(channels: Int) -> Int { staging == nil ? 0 : channels * stagedPlane + 16 }

  /// Calls `body(column, image, row, cells of that row)` for each row of the product's cells in a chunk.
  func forEachRow(_ chunk: Chunk, _ body: (Int, Int, Int, Range<Int>) -> Void) {
    for (index, image) in chunk.images.enumerated() {
      var cell = chunk.cells.lowerBound
      while cell < chunk.cells.upperBound {
        let row = cell / horizontal.count
        let end = min(chunk.cells.upperBound, (row + 1) * horizontal.count)
        let start = cell - row * horizontal.count
        body(
          index * chunk.paddedCells + cell - chunk.cells.lowerBound, image, row, start..<start + end - cell)
        cell = end
      }
    }
  }

  /// The chunk's columns as contiguous pieces, from what `origin` gives.
  func runs(_ chunk: Chunk) -> [pk_run] {
    var runs: [pk_run] = []
    runs.reserveCapacity(chunk.images.count * (chunk.cells.count / horizontal.count + 2))
    let imageStride = source[1] * source[2] * source[3]
    let firstRow = chunk.cells.lowerBound / horizontal.count
    forEachRow(chunk) { column, image, row, cells in
      let place =
        if let staging {
          (image - chunk.images.lowerBound) * channelsPerPart * stagedPlane
            + (row - firstRow) * staging.rowStep * staging.rowLength + cells.lowerBound
        } else {
          image * imageStride + row * vertical.step * source[3] + cells.lowerBound
        }
      if let last = runs.last, last.column + last.count == column, last.source + last.count == place {
        runs[runs.count - 1].count += cells.count
      } else {
        runs.append(pk_run(column: column, count: cells.count, source: place))
      }
    }
    return runs
  }

  /// What runs and tap offsets count from, for `channels` channels from `first`: the source itself, or its rows
  /// copied into `scratch`.
  func origin(
    _ start: UnsafePointer<Float>, _ chunk: Chunk, channels: Int, from first: Int,
    scratch: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    let plane = source[2] * source[3]
    guard let staging else { return start + first * plane }
    let cellRows =
      chunk.cells.lowerBound / horizontal.count..<(chunk.cells.upperBound - 1) / horizontal.count + 1
    staging.withPlan(height: source[2], width: source[3], cellRows: cellRows) { plan in
      var plan = plan
      for (index, image) in chunk.images.enumerated() {
        for channel in 0..<channels {
          pk_stage(
            scratch + (index * channelsPerPart + channel) * stagedPlane,
            start + (image * source[1] + first + channel) * plane, &plan)
        }
      }
    }
    return UnsafePointer(scratch)
  }
}
