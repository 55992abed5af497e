import Foundation

/// A rectangle of pixels.
struct PixelWindow: Hashable {
  var columns: Range<Int>
  var rows: Range<Int>
}

extension Picture {
  /// The picture at another size, equal byte for byte to Pillow's `Image.resize`; an alpha is dropped.
  ///
  /// - Throws: `ImagingError.impossibleSize`.
  public func resized(width newWidth: Int, height newHeight: Int, by interpolation: Interpolation)
    throws -> Picture
  {
    guard Picture.isPossible(newWidth, newHeight) else {
      throw ImagingError.impossibleSize(width: newWidth, height: newHeight)
    }
    return withoutAlpha.resized(
      width: newWidth, height: newHeight, by: interpolation,
      window: PixelWindow(columns: 0..<newWidth, rows: 0..<newHeight))
  }

  static func isPossible(_ width: Int, _ height: Int) -> Bool {
    guard width > 0, height > 0 else { return false }
    let pixels = width.multipliedReportingOverflow(by: height)
    return !pixels.overflow && pixels.partialValue <= pixelLimit
  }

  /// The part `window` of the RGB picture at another size. Only that part is computed: for a centre crop this
  /// saves a third of the work, and a long strip never becomes a longer one.
  func resized(
    width newWidth: Int, height newHeight: Int, by interpolation: Interpolation, window: PixelWindow
  ) -> Picture {
    precondition(channels == .rgb && !window.columns.isEmpty && !window.rows.isEmpty)
    if newWidth == width && newHeight == height { return cropped(to: window) }
    if interpolation == .nearest { return nearest(width: newWidth, height: newHeight, window: window) }
    let columns = ResizeWeights(
      from: width, to: newWidth, outputs: window.columns, interpolation: interpolation)
    let rows = ResizeWeights(from: height, to: newHeight, outputs: window.rows, interpolation: interpolation)
    // An axis that keeps its size is left alone.
    if newWidth == width { return resampledDown(rows, columns: window.columns, firstRow: 0) }
    if newHeight == height { return resampledAcross(columns, rows: window.rows, firstColumn: 0) }
    if Picture.goesDownFirst(width, height, newWidth, newHeight) {
      let lowered = resampledDown(rows, columns: columns.inputs, firstRow: 0)
      return lowered.resampledAcross(
        columns, rows: 0..<lowered.height, firstColumn: columns.inputs.lowerBound)
    }
    let narrowed = resampledAcross(columns, rows: rows.inputs, firstColumn: 0)
    return narrowed.resampledDown(
      rows, columns: 0..<narrowed.width, firstRow: rows.inputs.lowerBound)
  }

  /// Whether rows are made before columns. Values between the passes are rounded to 8 bits, so the order shows
  /// in the last bit. Pillow goes across first; since version 13 it goes down first where the height loses more
  /// than twice as many pixels as the width, which for a size in proportion means pictures over twice as tall
  /// as wide.
  private static func goesDownFirst(_ width: Int, _ height: Int, _ newWidth: Int, _ newHeight: Int) -> Bool {
    newHeight < height && height - newHeight > 2 * (width - newWidth)
  }

  /// The part of the picture in the given columns and rows, which lie inside it.
  public func cropped(columns: Range<Int>, rows: Range<Int>) -> Picture {
    precondition(
      !columns.isEmpty && columns.lowerBound >= 0 && columns.upperBound <= width && !rows.isEmpty
        && rows.lowerBound >= 0 && rows.upperBound <= height,
      "columns \(columns) and rows \(rows) are no part of \(width) x \(height)")
    return cropped(to: PixelWindow(columns: columns, rows: rows))
  }

  /// The part `window` of the picture.
  func cropped(to window: PixelWindow) -> Picture {
    if window == PixelWindow(columns: 0..<width, rows: 0..<height) { return self }
    let pixel = channels.rawValue
    return Picture(width: window.columns.count, height: window.rows.count, channels: channels) { target in
      let rowBytes = window.columns.count * pixel
      bytes.withUnsafeBufferPointer { source in
        for (index, row) in window.rows.enumerated() {
          let start = (row * width + window.columns.lowerBound) * pixel
          _ = UnsafeMutableBufferPointer(rebasing: target[index * rowBytes..<(index + 1) * rowBytes])
            .update(fromContentsOf: source[start..<start + rowBytes])
        }
      }
    }
  }

  /// Half a unit of the last bit kept, so that the shift below rounds.
  private static let half: Int32 = 1 << (ResizeWeights.precisionBits - 1)

  private static func rounded(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: min(max(sum >> ResizeWeights.precisionBits, 0), 255))
  }

  /// Makes the columns `columns.outputs` of the rows `rows`, of a picture whose column 0 was column
  /// `firstColumn` before resizing.
  private func resampledAcross(_ columns: ResizeWeights, rows: Range<Int>, firstColumn: Int) -> Picture {
    let newWidth = columns.outputs.count
    return Picture(width: newWidth, height: rows.count) { target in
      bytes.withUnsafeBufferPointer { source in
        columns.weights.withUnsafeBufferPointer { weights in
          var written = 0
          for row in rows {
            for column in 0..<newWidth {
              var red = Picture.half
              var green = Picture.half
              var blue = Picture.half
              var pixel = 3 * (row * width + columns.first[column] - firstColumn)
              let start = column * columns.stride
              for index in start..<start + columns.count[column] {
                let weight = weights[index]
                red &+= Int32(source[pixel]) &* weight
                green &+= Int32(source[pixel + 1]) &* weight
                blue &+= Int32(source[pixel + 2]) &* weight
                pixel += 3
              }
              target[written] = Picture.rounded(red)
              target[written + 1] = Picture.rounded(green)
              target[written + 2] = Picture.rounded(blue)
              written += 3
            }
          }
        }
      }
    }
  }

  /// Makes the rows `rows.outputs` of the columns `columns`, of a picture whose row 0 was row `firstRow`
  /// before resizing.
  private func resampledDown(_ rows: ResizeWeights, columns: Range<Int>, firstRow: Int) -> Picture {
    let rowBytes = 3 * columns.count
    var sums = [Int32](repeating: 0, count: rowBytes)
    return Picture(width: columns.count, height: rows.outputs.count) { target in
      bytes.withUnsafeBufferPointer { source in
        sums.withUnsafeMutableBufferPointer { sums in
          for row in 0..<rows.outputs.count {
            sums.update(repeating: Picture.half)
            for step in 0..<rows.count[row] {
              let weight = rows.weights[row * rows.stride + step]
              let start = 3 * ((rows.first[row] - firstRow + step) * width + columns.lowerBound)
              for index in 0..<rowBytes { sums[index] &+= Int32(source[start + index]) &* weight }
            }
            for index in 0..<rowBytes { target[row * rowBytes + index] = Picture.rounded(sums[index]) }
          }
        }
      }
    }
  }

  private func nearest(width newWidth: Int, height newHeight: Int, window: PixelWindow) -> Picture {
    let columns = Picture.nearestSources(from: width, to: newWidth, outputs: window.columns)
    let rows = Picture.nearestSources(from: height, to: newHeight, outputs: window.rows)
    return Picture(width: columns.count, height: rows.count) { target in
      bytes.withUnsafeBufferPointer { source in
        var written = 0
        for row in rows {
          for column in columns {
            let pixel = 3 * (row * width + column)
            for channel in 0..<3 { target[written + channel] = source[pixel + channel] }
            written += 3
          }
        }
      }
    }
  }

  /// The pixel under the centre of each new one. The position is stepped and not multiplied: near a pixel's
  /// edge the accumulated rounding decides, and Pillow steps.
  private static func nearestSources(from oldSize: Int, to newSize: Int, outputs: Range<Int>) -> [Int] {
    let scale = Double(oldSize) / Double(newSize)
    var position = scale * 0.5
    var sources: [Int] = []
    sources.reserveCapacity(outputs.count)
    for output in 0..<outputs.upperBound {
      if output >= outputs.lowerBound { sources.append(min(Int(position), oldSize - 1)) }
      position += scale
    }
    return sources
  }
}
