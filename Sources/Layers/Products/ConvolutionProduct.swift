import CKernels
import Tensors

/// A convolution, or its pullback to the input, as matrix products over fixed blocks: rows are the target's
/// channels, columns its cells, sums run over source channels and taps.
///
/// Blocks depend on shapes alone, never on the number of threads, and the order of a sum does not depend on
/// where its cell lies.
struct ConvolutionProduct: Sendable {
  /// `[batch, channels, height, width]` of what is written.
  let target: Shape
  let groups: Int
  private let columns: ColumnSource
  private let weights: PackedWeights
  /// Source channels and target channels of a group.
  private let channels, rows: Int
  /// How many pieces each sum is cut into.
  private let partCount: Int
  private let rowParts: [Range<Int>]
  /// What takes over where no channels are mixed.
  private let depthwise: DepthwiseProduct?

  /// At most about this many columns are packed at once, and at least so many that packing is worth its while.
  private static let mostColumns = 384
  private static let fewestColumns = 48
  /// About so many chunks keep every thread at work to the end.
  private static let wantedChunks = 12

  init(
    source: Shape, target: Shape, groups: Int, vertical: SampledAxis, horizontal: SampledAxis,
    weights: PackedWeights
  ) {
    self.target = target
    self.groups = groups
    self.weights = weights
    channels = source[1] / groups
    rows = target[1] / groups
    partCount = (channels + weights.channelsPerPart - 1) / weights.channelsPerPart
    columns = ColumnSource(
      source: source, vertical: vertical, horizontal: horizontal,
      channelsPerPart: min(weights.channelsPerPart, channels),
      chunkColumns: ConvolutionProduct.chunkColumns(
        images: source[0], cells: vertical.count * horizontal.count))
    rowParts = ConvolutionProduct.rowParts(rows, chunks: columns.chunks.count * groups)
    depthwise = DepthwiseProduct(
      source: source, target: target, groups: groups, vertical: vertical, horizontal: horizontal,
      weights: weights)
  }

  /// One picture's cells, or pictures of many cells, are cut into as many chunks as are wanted; small pictures
  /// share chunks.
  private static func chunkColumns(images: Int, cells: Int) -> Int {
    guard images == 1 || cells > mostColumns else { return mostColumns }
    return min(mostColumns, max(fewestColumns, images * cells / wantedChunks))
  }

  /// Only where chunks are few are rows cut too: every part of them packs its chunk's columns again.
  private static func rowParts(_ rows: Int, chunks: Int) -> [Range<Int>] {
    let wanted = max(1, min((rows + 31) / 32, (7 + chunks) / max(chunks, 1)))
    let length = ((rows + wanted - 1) / wanted + 3) & ~3
    return stride(from: 0, to: rows, by: max(length, 1)).map { $0..<min(rows, $0 + length) }
  }

  // MARK: Running

  /// What becomes of finished sums.
  struct Finish {
    /// Whether what the target holds is added to the sums.
    var accumulates = false
    /// `[channels]`; with it come clip, shortcut and mask.
    var bias: Tensor?
    var floor = -Float.infinity
    var ceiling = Float.infinity
    /// `[batch, channels, h, w]` no smaller than the target; cropped at the bottom and right.
    var shortcut: Tensor?
    /// Filled with which results lie strictly between floor and ceiling.
    var passed: PassedMask?
    /// Results become 0 where its bit is unset; only for a dense product.
    var gate: PassedMask?
  }

  /// Runs the product into `target`, whose cells off this product's lattice stay as they are.
  func run(
    from source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, _ finish: Finish,
    on workers: Workers
  ) {
    if let depthwise, finish.shortcut.map({ $0.shape == self.target }) ?? true {
      return depthwise.run(from: source, into: target, finish, on: workers)
    }
    let blocks = columns.chunks.count * groups * rowParts.count
    workers.forEach(blocks, scratch: scratchLength(finish)) { block, scratch in
      let (outer, part) = (block / rowParts.count, rowParts[block % rowParts.count])
      let work = Block(chunk: columns.chunks[outer / groups], group: outer % groups, rows: part)
      run(work, from: source, into: target, finish, scratch)
    }
  }

  private struct Block {
    let chunk: ColumnSource.Chunk
    let group: Int
    let rows: Range<Int>
  }

  /// Whether the product's cells are all of the target's, in its order.
  var isDense: Bool { columns.vertical.isDense && columns.horizontal.isDense }

  /// Whether a block's sums or its shortcut pass through a tile of their own.
  private func needsTile(_ finish: Finish) -> Bool {
    !isDense || finish.shortcut.map { $0.shape != target } ?? false
  }

  private func scratchLength(_ finish: Finish) -> Int {
    let widest = columns.chunks.map(\.width).max() ?? 0
    let tile = needsTile(finish) ? (rowParts.map(\.count).max() ?? 0) * widest : 0
    return tile + partDepth * widest + 16 + columns.scratchLength
  }

  private var partDepth: Int { columns.channelsPerPart * weights.taps }

  private func run(
    _ block: Block, from source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
    _ finish: Finish, _ scratch: UnsafeMutablePointer<Float>
  ) {
    let width = block.chunk.width
    let tile = scratch
    let packed = scratch + (needsTile(finish) ? block.rows.count * width : 0)
    let staged = packed + partDepth * width + 16
    if let shortcut = finish.shortcut, shortcut.shape != self.target {
      crop(shortcut, block, into: tile)
    }
    let slots = slots(block.chunk, throughTile: needsTile(finish))
    let runs = columns.runs(block.chunk)
    var right = RightSide(packed: packed, slivers: width / 24, rows: block.rows.count)
    for part in 0..<partCount {
      let first = part * columns.channelsPerPart
      let count = min(columns.channelsPerPart, channels - first)
      let depth = count * weights.taps
      if depth > 0 {
        let origin = columns.origin(
          source, block.chunk, channels: count, from: block.group * channels + first, scratch: staged)
        right.take(
          from: origin, taps: columns.tapOffsets, depth: depth, runs, columns: block.chunk.columns)
      }
      multiply(
        block, firstDepth: first * weights.taps, depth: depth, isFirst: part == 0,
        isLast: part == partCount - 1, right, slots: slots, tile: tile, into: target, finish)
    }
    if !isDense { scatter(tile, block, into: target, finish) }
  }

  private func multiply(
    _ block: Block, firstDepth: Int, depth: Int, isFirst: Bool, isLast: Bool,
    _ right: RightSide, slots: [pk_slot], tile: UnsafeMutablePointer<Float>,
    into target: UnsafeMutablePointer<Float>, _ finish: Finish
  ) {
    let (plane, tileWidth) = (self.target[2] * self.target[3], block.chunk.width)
    let channel = block.group * rows + block.rows.lowerBound
    var product = pk_product()
    product.rows = block.rows.count
    product.depth = depth
    product.slots = slots.count
    product.out = isDense ? target + channel * plane : tile
    product.out_stride = isDense ? plane : tileWidth
    product.accumulates = !isFirst || isDense && finish.accumulates ? 1 : 0
    product.floor = finish.floor
    product.ceiling = finish.ceiling
    let bytes = (plane + 7) / 8
    product.mask_stride = bytes
    if isLast && isDense {
      product.passed = finish.passed.map { $0.bytes + channel * bytes }
      product.gate = finish.gate.map { UnsafePointer($0.bytes + channel * bytes) }
    }
    right.withOperand(of: product, taps: columns.tapOffsets) { product in
      slots.withUnsafeBufferPointer { slots in
        weights.withGroup(block.group) { left in
          product.slot = slots.baseAddress
          product.left = left.map {
            $0 + firstDepth * weights.panels * 4 + block.rows.lowerBound / 4 * depth * 4
          }
          guard isLast, let bias = finish.bias else { return pk_multiply(&product) }
          bias.withUnsafeBuffer { bias in
            product.bias = bias.baseAddress.map { $0 + channel }
            finishForward(&product, channel: channel, tile: tile, tileWidth: tileWidth, finish)
          }
        }
      }
    }
  }

  /// The last part of a forward product, with its shortcut.
  private func finishForward(
    _ product: inout pk_product, channel: Int, tile: UnsafeMutablePointer<Float>, tileWidth: Int,
    _ finish: Finish
  ) {
    guard let shortcut = finish.shortcut else { return pk_multiply(&product) }
    if shortcut.shape != target {
      product.addend = UnsafePointer(tile)
      product.addend_stride = tileWidth
      return pk_multiply(&product)
    }
    let plane = target[2] * target[3]
    shortcut.withUnsafeBuffer { shortcut in
      product.addend = shortcut.baseAddress.map { $0 + channel * plane }
      product.addend_stride = plane
      pk_multiply(&product)
    }
  }

  /// Where each vector of 8 columns goes.
  private func slots(_ chunk: ColumnSource.Chunk, throughTile: Bool) -> [pk_slot] {
    let plane = target[2] * target[3]
    let (imagePlace, imageMask) = (target[1] * plane, target[1] * ((plane + 7) / 8))
    var slots: [pk_slot] = []
    slots.reserveCapacity(chunk.images.count * chunk.paddedCells / 8)
    for (index, image) in chunk.images.enumerated() {
      for start in stride(from: 0, to: chunk.cells.count, by: 8) {
        let column = index * chunk.paddedCells + start
        let cell = chunk.cells.lowerBound + start
        let place = image * imagePlace + cell
        slots.append(
          pk_slot(
            out: isDense ? place : column, addend: throughTile ? column : place,
            mask: image * imageMask + cell / 8, lanes: Int32(min(8, chunk.cells.count - start))))
      }
    }
    return slots
  }

  // MARK: Through a tile

  private func crop(
    _ shortcut: Tensor, _ block: Block, into tile: UnsafeMutablePointer<Float>
  ) {
    let (height, pitch, width) = (shortcut.shape[2], shortcut.shape[3], block.chunk.width)
    shortcut.withUnsafeBuffer { buffer in
      guard let base = buffer.baseAddress else { return }
      columns.forEachRow(block.chunk) { column, image, row, cells in
        for line in 0..<block.rows.count {
          let channel = image * target[1] + block.group * rows + block.rows.lowerBound + line
          (tile + line * width + column).update(
            from: base + (channel * height + row) * pitch + cells.lowerBound, count: cells.count)
        }
      }
    }
  }

  /// Puts a tile's sums where they belong when the product's cells are not the target's neighbours.
  private func scatter(
    _ tile: UnsafePointer<Float>, _ block: Block, into target: UnsafeMutablePointer<Float>,
    _ finish: Finish
  ) {
    let (height, pitch, width) = (self.target[2], self.target[3], block.chunk.width)
    let (vertical, horizontal) = (columns.vertical, columns.horizontal)
    columns.forEachRow(block.chunk) { column, image, row, cells in
      let y = vertical.start + row * vertical.stride
      let x = horizontal.start + cells.lowerBound * horizontal.stride
      for line in 0..<block.rows.count {
        let channel = image * self.target[1] + block.group * rows + block.rows.lowerBound + line
        pk_scatter(
          target + (channel * height + y) * pitch + x, horizontal.stride, tile + line * width + column,
          cells.count, finish.accumulates ? 1 : 0)
      }
    }
  }
}
