import CKernels
import Tensors

/// The gradient of a convolution with respect to its weight as matrix products: rows are output channels,
/// columns are input channels with taps, sums run over all images' output cells.
///
/// Where there are few blocks, images are dealt into fixed shares that sum their own gradients, and the shares
/// are added in order.
struct ConvolutionWeightGradient {
  private let weight: Shape
  private let groups: Int
  /// `[batch, channels, height, width]` of the layer's output.
  private let output: Shape
  private let columns: ColumnSource
  private let columnParts: [Range<Int>]
  private let rowParts: [Range<Int>]
  private let shares: Int

  private var outputs: Int { weight[0] / groups }
  private var inputs: Int { weight[1] }
  private var taps: Int { weight[2] * weight[3] }

  init(_ layer: Convolution, input: Shape, output: Shape) {
    weight = layer.weight.shape
    groups = layer.groups
    self.output = output
    let (inputs, outputs) = (weight[1], weight[0] / layer.groups)
    let channels = max(1, min(inputs, 240 / (weight[2] * weight[3])))
    columns = ColumnSource(
      source: input, vertical: .forward(layer.geometry.vertical, output: output[2]),
      horizontal: .forward(layer.geometry.horizontal, output: output[3]), channelsPerPart: channels,
      chunkColumns: 256)
    columnParts = stride(from: 0, to: inputs, by: channels).map { $0..<min(inputs, $0 + channels) }
    rowParts = stride(from: 0, to: outputs, by: 256).map { $0..<min(outputs, $0 + 256) }
    let blocks = columnParts.count * rowParts.count * layer.groups
    shares = min(columns.chunks.count, (7 + blocks) / max(blocks, 1))
  }

  /// `[out, in / groups, kernel height, kernel width]`
  func callAsFunction(gradient: Tensor, input: Tensor, on workers: Workers) -> Tensor {
    var partial = Tensor(zeros: Shape([max(shares, 1)] + weight.dimensions))
    partial.withUnsafeMutableBuffer { partial in
      gradient.withUnsafeBuffer { gradient in
        input.withUnsafeBuffer { input in
          guard let g = gradient.baseAddress, let x = input.baseAddress, let dw = partial.baseAddress
          else { return }
          let parts = columnParts.count * rowParts.count
          workers.forEach(shares * groups * parts, scratch: scratchLength) { block, scratch in
            let (share, group) = (block / parts / groups, block / parts % groups)
            run(
              chunks: share * columns.chunks.count / shares..<(share + 1) * columns.chunks.count / shares,
              group: group, rows: rowParts[block % parts / columnParts.count],
              channels: columnParts[block % columnParts.count], gradient: g, input: x,
              into: dw + share * weight.count, scratch)
          }
        }
      }
    }
    var total = partial.slice(0..<1).reshaped(to: weight)
    for share in 1..<max(shares, 1) {
      total.add(partial.slice(share..<share + 1).reshaped(to: weight), on: workers)
    }
    return total
  }

  private var deepest: Int { columns.chunks.map { $0.images.count * $0.cells.count }.max() ?? 0 }
  private var widest: Int { (columns.channelsPerPart * taps + 23) / 24 * 24 }

  private var scratchLength: Int {
    deepest * (widest + ((rowParts.map(\.count).max() ?? 0) + 3) / 4 * 4) + 16 + columns.scratchLength
  }

  private func run(
    chunks: Range<Int>, group: Int, rows: Range<Int>, channels: Range<Int>,
    gradient: UnsafePointer<Float>, input: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    let right = scratch
    let left = right + deepest * widest
    let staged = left + deepest * ((rows.count + 3) / 4 * 4) + 16
    let firstOutput = group * outputs + rows.lowerBound
    let width = channels.count * taps
    let slots = stride(from: 0, to: width, by: 8).map {
      pk_slot(out: $0, addend: 0, mask: 0, lanes: Int32(min(8, width - $0)))
    }
    let plane = output[2] * output[3]
    for chunk in columns.chunks[chunks] {
      let origin = columns.origin(
        input, chunk, channels: channels.count, from: group * inputs + channels.lowerBound, scratch: staged)
      // Sums run over the chunk's cells, so columns and rows lie the other way round than elsewhere.
      let cells = columns.runs(chunk)
      let places = chunk.images.map { image in
        pk_run(
          column: 0, count: chunk.cells.count, source: image * output[1] * plane + chunk.cells.lowerBound)
      }
      pk_pack_right_transposed(right, origin, cells, cells.count, columns.tapOffsets, width)
      pk_pack_left_transposed(
        left, gradient + firstOutput * plane, plane, rows.count, places, places.count)
      var product = pk_product()
      product.rows = rows.count
      product.depth = chunk.images.count * chunk.cells.count
      product.slots = slots.count
      product.left = UnsafePointer(left)
      product.right = UnsafePointer(right)
      product.out = target + (firstOutput * inputs + channels.lowerBound) * taps
      product.out_stride = inputs * taps
      product.accumulates = 1
      slots.withUnsafeBufferPointer {
        product.slot = $0.baseAddress
        pk_multiply(&product)
      }
    }
  }
}
