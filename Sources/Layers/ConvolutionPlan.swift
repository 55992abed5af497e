import Tensors

/// How a convolution's work on one input shape is cut into tiles, and where everything lies in memory.
///
/// Tiles depend on shapes alone, never on the number of threads.
struct ConvolutionPlan: Sendable {
  let window: Window
  let batch, groups: Int
  let inputChannels, inputHeight, inputWidth: Int
  let outputChannels, outputHeight, outputWidth: Int

  init(_ layer: Convolution, input: Shape) {
    window = layer.geometry
    groups = layer.groups
    (batch, inputChannels, inputHeight, inputWidth) = (input[0], input[1], input[2], input[3])
    outputChannels = layer.weight.shape[0]
    outputHeight = layer.geometry.vertical.outputSize(for: input[2])
    outputWidth = layer.geometry.horizontal.outputSize(for: input[3])
  }

  var isPointwise: Bool { window.isPointwise }
  var inputPixels: Int { inputHeight * inputWidth }
  var outputPixels: Int { outputHeight * outputWidth }
  var inputsPerGroup: Int { inputChannels / groups }
  var outputsPerGroup: Int { outputChannels / groups }
  var tapsPerChannel: Int { window.vertical.kernel * window.horizontal.kernel }
  /// The length of each sum: input channels of a group times taps.
  var taps: Int { inputsPerGroup * tapsPerChannel }

  func inputOffset(_ image: Int, _ group: Int) -> Int {
    (image * inputChannels + group * inputsPerGroup) * inputPixels
  }

  func outputOffset(_ image: Int, _ group: Int) -> Int {
    (image * outputChannels + group * outputsPerGroup) * outputPixels
  }

  // MARK: Tiles

  /// Output pixels handled at once: long enough for an efficient product, small enough for the cache, and at
  /// least two where that is worth a second thread.
  var forwardTiles: [Range<Int>] {
    let pieces = max((outputPixels + 1023) / 1024, outputPixels >= 256 ? 2 : 1)
    if isPointwise {
      let length = ((outputPixels + pieces - 1) / pieces + 15) & ~15
      return ConvolutionPlan.cut(outputPixels, every: length)
    }
    let rows = (outputHeight + pieces - 1) / pieces
    return ConvolutionPlan.cut(outputPixels, every: rows * outputWidth)
  }

  /// Tiles of whole rows for the way back, which keeps fewer channels in hand.
  var backwardTiles: [Range<Int>] {
    let rows = max(1, min(outputHeight, 1024 / max(outputWidth, 1)))
    return ConvolutionPlan.cut(outputPixels, every: rows * outputWidth)
  }

  /// Input channels of a group, in parts that one block of the way back owns.
  var channelParts: [Range<Int>] {
    ConvolutionPlan.cut(inputsPerGroup, every: max(8, min(32, (inputsPerGroup + 1) / 2)))
  }

  func scratch(for tiles: [Range<Int>]) -> Int {
    isPointwise ? 0 : taps * (tiles.map(\.count).max() ?? 0)
  }

  var backwardScratch: Int {
    (channelParts.map(\.count).max() ?? 0) * tapsPerChannel * (backwardTiles.map(\.count).max() ?? 0)
  }

  func split(_ block: Int, tiles: [Range<Int>]) -> (image: Int, group: Int, tile: Range<Int>) {
    let outer = block / tiles.count
    return (outer / groups, outer % groups, tiles[block % tiles.count])
  }

  private static func cut(_ count: Int, every length: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: max(length, 1)).map { $0..<min(count, $0 + length) }
  }

  // MARK: Columns

  /// The matrix `[taps, tile]` whose product with the weights is the output: the input itself where the
  /// kernel is 1×1, else gathered into `scratch` (im2col). Tiles of gathered columns are whole rows.
  func columns(
    of input: UnsafePointer<Float>, tile: Range<Int>, scratch: UnsafeMutablePointer<Float>
  ) -> (UnsafePointer<Float>, stride: Int) {
    if isPointwise { return (input + tile.lowerBound, inputPixels) }
    forEachTap(channels: inputsPerGroup, tile: tile) { channel, line, row, sourceRow, valid, first in
      let target = scratch + line * tile.count + row * outputWidth
      guard let sourceRow, !valid.isEmpty else {
        target.update(repeating: 0, count: outputWidth)
        return
      }
      let source = input + channel * inputPixels + sourceRow * inputWidth + first
      if valid.lowerBound > 0 { target.update(repeating: 0, count: valid.lowerBound) }
      let start = target + valid.lowerBound
      let step = window.horizontal.stride
      if step == 1 {
        start.update(from: source, count: valid.count)
      } else {
        for index in 0..<valid.count { start[index] = source[index * step] }
      }
      if valid.upperBound < outputWidth {
        (target + valid.upperBound).update(repeating: 0, count: outputWidth - valid.upperBound)
      }
    }
    return (UnsafePointer(scratch), tile.count)
  }

  /// Adds a matrix `[channels · taps, tile]` of gradients to the input pixels it was gathered from.
  func scatter(
    _ columns: UnsafePointer<Float>, channels: Int, tile: Range<Int>, to target: UnsafeMutablePointer<Float>
  ) {
    forEachTap(channels: channels, tile: tile) { channel, line, row, sourceRow, valid, first in
      guard let sourceRow, !valid.isEmpty else { return }
      let source = columns + line * tile.count + row * outputWidth + valid.lowerBound
      let start = target + channel * inputPixels + sourceRow * inputWidth + first
      let step = window.horizontal.stride
      if step == 1 {
        for index in 0..<valid.count { start[index] += source[index] }
      } else {
        for index in 0..<valid.count { start[index * step] += source[index] }
      }
    }
  }

  /// Calls `body(channel, line, row, sourceRow, valid, first)` for every line of the column matrix and output
  /// row of the tile: `row` counts from the tile's first, `sourceRow` is nil in the padding, outputs in
  /// `valid` read real pixels, the first of them at column `first`.
  @inline(__always)
  private func forEachTap(
    channels: Int, tile: Range<Int>, _ body: (Int, Int, Int, Int?, Range<Int>, Int) -> Void
  ) {
    let rows = tile.lowerBound / outputWidth..<tile.upperBound / outputWidth
    let (vertical, horizontal) = (window.vertical, window.horizontal)
    let valid = (0..<horizontal.kernel).map {
      horizontal.validOutputs(tap: $0, input: inputWidth, output: outputWidth)
    }
    var line = 0
    for channel in 0..<channels {
      for tapY in 0..<vertical.kernel {
        for tapX in 0..<horizontal.kernel {
          let first =
            valid[tapX].lowerBound * horizontal.stride + tapX * horizontal.dilation - horizontal.before
          for row in rows {
            let sourceRow = row * vertical.stride + tapY * vertical.dilation - vertical.before
            body(
              channel, line, row - rows.lowerBound,
              sourceRow >= 0 && sourceRow < inputHeight ? sourceRow : nil, valid[tapX], first)
          }
          line += 1
        }
      }
    }
  }
}
