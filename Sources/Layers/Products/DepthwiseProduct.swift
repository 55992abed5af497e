import CKernels
import Tensors

/// A convolution in which every channel is its own group, or its pullback to the input: each target plane is a
/// weighted sum of shifted copies of one source plane, with nothing for a matrix product to share.
struct DepthwiseProduct: Sendable {
  private let target: Shape
  private let columns: ColumnSource
  private let weights: PackedWeights
  /// Planes of one picture that a block computes.
  private let planesPerBlock: Int

  /// About so many floats of staged planes stay in the cache.
  private static let stagedFloats = 16_384

  /// Nil when channels are mixed.
  init?(
    source: Shape, target: Shape, groups: Int, vertical: SampledAxis, horizontal: SampledAxis,
    weights: PackedWeights
  ) {
    let cells = vertical.count * horizontal.count
    guard groups > 1, source[1] == groups, target[1] == groups, cells > 0, weights.taps > 0,
      weights.channelsPerPart > 0
    else { return nil }
    self.target = target
    self.weights = weights
    columns = ColumnSource(
      source: source, vertical: vertical, horizontal: horizontal, channelsPerPart: 1, chunkColumns: cells)
    planesPerBlock = min(groups, max(1, DepthwiseProduct.stagedFloats / cells))
  }

  private var isDense: Bool { columns.vertical.isDense && columns.horizontal.isDense }

  /// Runs the product into `target`, whose cells off this product's lattice stay as they are.
  ///
  /// - Precondition: a shortcut has the target's shape.
  func run(
    from source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
    _ finish: ConvolutionProduct.Finish, on workers: Workers
  ) {
    let channels = self.target[1]
    let blocksOfImage = (channels + planesPerBlock - 1) / planesPerBlock
    let cells = columns.vertical.count * columns.horizontal.count
    let tileLength = cells + 16
    let staged = columns.stagedLength(channels: planesPerBlock)
    workers.forEach(self.target[0] * blocksOfImage, scratch: tileLength + staged) { block, scratch in
      let image = block / blocksOfImage
      let first = block % blocksOfImage * planesPerBlock
      let chunk = ColumnSource.Chunk(images: image..<image + 1, cells: 0..<cells)
      let count = min(planesPerBlock, channels - first)
      let origin = columns.origin(
        source, chunk, channels: count, from: first, scratch: scratch + tileLength)
      // Without staging the origin is the batch's first picture.
      let start = origin + (columns.isStaged ? 0 : image * columns.source[1] * columns.planeLength)
      for plane in 0..<count {
        correlate(start + plane * columns.planeLength, channel: first + plane, into: scratch)
        place(scratch, image: image, channel: first + plane, into: target, finish)
      }
    }
  }

  /// The sums of one plane, `[cells]`, in the order of the kernel's taps.
  private func correlate(
    _ plane: UnsafePointer<Float>, channel: Int, into tile: UnsafeMutablePointer<Float>
  ) {
    columns.tapOffsets.withUnsafeBufferPointer { taps in
      weights.withGroup(channel) { weights in
        pk_correlate(
          tile, plane, columns.rowPitch, columns.vertical.count, columns.horizontal.count,
          taps.baseAddress, weights, taps.count)
      }
    }
  }

  private func place(
    _ tile: UnsafePointer<Float>, image: Int, channel: Int, into target: UnsafeMutablePointer<Float>,
    _ finish: ConvolutionProduct.Finish
  ) {
    let plane = image * self.target[1] + channel
    let cells = self.target[2] * self.target[3]
    let out = target + plane * cells
    guard isDense else { return scatter(tile, into: out, accumulates: finish.accumulates) }
    guard let bias = finish.bias else {
      pk_scatter(out, 1, tile, cells, finish.accumulates ? 1 : 0)
      finish.gate?.gate(out, plane: plane)
      return
    }
    var (scale, shift) = (Float(1), bias.withUnsafeBuffer { $0[channel] })
    let passed = finish.passed.map { $0.bytes + plane * $0.bytesPerPlane }
    func write(_ addend: UnsafePointer<Float>?) {
      pk_scale_shift(out, tile, 1, cells, &scale, &shift, addend, finish.floor, finish.ceiling, passed)
    }
    guard let shortcut = finish.shortcut else { return write(nil) }
    shortcut.withUnsafeBuffer { buffer in write(buffer.baseAddress.map { $0 + plane * cells }) }
  }

  /// Puts a plane's sums on the product's lattice.
  private func scatter(
    _ tile: UnsafePointer<Float>, into plane: UnsafeMutablePointer<Float>, accumulates: Bool
  ) {
    let (vertical, horizontal) = (columns.vertical, columns.horizontal)
    for row in 0..<vertical.count {
      let line = (vertical.start + row * vertical.stride) * target[3] + horizontal.start
      pk_scatter(
        plane + line, horizontal.stride, tile + row * horizontal.count, horizontal.count,
        accumulates ? 1 : 0)
    }
  }
}
