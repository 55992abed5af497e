import Models
import Tensors

/// Stickers put on pictures, with the pullback from a gradient on the pictures to one on the colours.
///
/// Each picture pixel looks up its centre on the sticker and mixes the four nearest sticker pixels
/// bilinearly; pixels beyond the sticker's edge are transparent. Colour is mixed weighted by opacity: with
/// the weights w of the four neighbours, opacity A = Σ w·α and
///
///     picture' = (1 − A) · picture + Σ w·α·colour
///
/// This is linear in the colours, so the pullback is its exact transpose. At whole-pixel positions, scale 1
/// and rotation 0 the sticker's pixels are copied bit for bit; where A is 0 the picture is untouched.
public struct StickerTransformation: Sendable {
  /// Pictures with stickers, and the pullback.
  public struct Applied: Sendable {
    /// `[batch, 3, height, width]`
    public let images: Tensor
    /// For each picture the smallest rectangle that holds every pixel the sticker covers at least in part.
    public let rectangles: [PixelRectangle]
    fileprivate let pullback: @Sendable (Tensor, [PixelRectangle]) -> Tensor

    /// From a gradient on the pictures `[batch, 3, height, width]` to one on the colours `[3, side, side]`,
    /// summed over the pictures in their order.
    public func colourGradient(_ gradient: Tensor) -> Tensor {
      precondition(gradient.shape == images.shape, "\(gradient.shape) is no gradient on \(images.shape)")
      let whole = PixelRectangle(rows: 0..<images.shape[2], columns: 0..<images.shape[3])
      return colourGradient(gradient, on: rectangles.map { _ in whole })
    }

    /// The same from the gradient on a crop of each picture `[batch, 3, crop height, crop width]`, where it
    /// is 0 on every other pixel.
    public func colourGradient(_ gradient: Tensor, on crops: [PixelRectangle]) -> Tensor {
      let each = colourGradients(gradient, on: crops)
      var sum = Tensor(zeros: Shape(Array(each.shape.dimensions.dropFirst())))
      for picture in 0..<each.shape[0] { sum.addRow(picture, of: each) }
      return sum
    }

    /// The same for each picture's own sticker, `[batch, 3, side, side]`.
    func colourGradients(_ gradient: Tensor, on crops: [PixelRectangle]) -> Tensor {
      precondition(
        crops.count == rectangles.count && gradient.shape[0] == crops.count
          && crops.allSatisfy { gradient.shape[2] == $0.height && gradient.shape[3] == $0.width },
        "\(gradient.shape) is no gradient on crops of \(images.shape)")
      return pullback(gradient, crops)
    }
  }

  /// One placement a picture.
  public let placements: [StickerPlacement]

  public init(placements: [StickerPlacement]) { self.placements = placements }

  /// Puts `sticker` on each picture.
  ///
  /// - Throws: `AdversaryError.imagesShape` unless the pictures are `[placements.count, 3, height, width]`.
  public func apply(_ sticker: Sticker, to images: Tensor, on workers: Workers) throws -> Applied {
    try apply(Array(repeating: sticker, count: placements.count), to: images, on: workers)
  }

  /// Puts the n-th sticker on the n-th picture; all have one outline.
  ///
  /// - Throws: `AdversaryError.imagesShape` unless the pictures are `[placements.count, 3, height, width]` with as many
  ///   stickers.
  func apply(_ stickers: [Sticker], to images: Tensor, on workers: Workers) throws -> Applied {
    let result = try place(stickers, on: images, workers: workers)
    guard let first = stickers.first else { throw AdversaryError.imagesShape(found: "no pictures") }
    let placements = placements
    let alpha = first.alpha
    let (height, width) = (images.shape[2], images.shape[3])
    return Applied(
      images: result, rectangles: rectangles(of: first, height: height, width: width)
    ) { gradient, crops in
      let grids = placements.map {
        SamplingGrid($0, side: alpha.shape[0], height: height, width: width)
      }
      return pullBack(gradient, crops: crops, alpha: alpha, grids: grids, workers: workers)
    }
  }

  /// For each placement the smallest rectangle of a picture that holds every pixel the sticker covers at
  /// least in part; empty where it covers none.
  public func rectangles(of sticker: Sticker, height: Int, width: Int) -> [PixelRectangle] {
    placements.map { placement in
      var (rows, columns) = (0..<0, 0..<0)
      sticker.alpha.withUnsafeBuffer { alpha in
        SamplingGrid(placement, side: sticker.side, height: height, width: width)
          .forEachPixel { row, column, sample in
            let isCovered = (0..<4).contains {
              sample.weights[$0] * alpha[sample.indices[$0]] != 0
            }
            guard isCovered else { return }
            rows = rows.isEmpty ? row..<row + 1 : min(rows.lowerBound, row)..<max(rows.upperBound, row + 1)
            columns =
              columns.isEmpty
              ? column..<column + 1
              : min(columns.lowerBound, column)..<max(columns.upperBound, column + 1)
          }
      }
      return PixelRectangle(rows: rows, columns: columns)
    }
  }

  /// Puts the n-th sticker on the n-th picture.
  ///
  /// - Throws: `AdversaryError.imagesShape` unless the pictures are `[placements.count, 3, height, width]`
  ///   with as many stickers.
  public func place(_ stickers: [Sticker], on images: Tensor, workers: Workers) throws -> Tensor {
    guard images.shape.rank == 4, images.shape[1] == 3, images.shape[0] == placements.count,
      stickers.count == placements.count
    else {
      throw AdversaryError.imagesShape(
        found: "\(images.shape) for \(placements.count) placements of \(stickers.count) stickers")
    }
    let height = images.shape[2]
    let width = images.shape[3]
    var result = images
    result.withUnsafeMutableBuffer { pixels in
      nonisolated(unsafe) let pixels = pixels
      workers.forEach(placements.count) { index in
        let size = 3 * height * width
        draw(
          stickers[index], at: placements[index],
          on: UnsafeMutableBufferPointer(rebasing: pixels[index * size..<(index + 1) * size]),
          height: height, width: width)
      }
    }
    return result
  }
}

// MARK: - Forward

/// Draws one sticker on one picture `[3, height, width]`.
private func draw(
  _ sticker: Sticker, at placement: StickerPlacement, on picture: UnsafeMutableBufferPointer<Float>,
  height: Int, width: Int
) {
  let grid = SamplingGrid(placement, side: sticker.side, height: height, width: width)
  sticker.colours.withUnsafeBuffer { colours in
    sticker.alpha.withUnsafeBuffer { alpha in
      grid.forEachPixel { row, column, sample in
        var mixture = StickerMixture()
        mixture.add(sample, colours, alpha)
        mixture.cover(row * width + column, of: picture)
      }
    }
  }
}

// MARK: - Backward

/// The transpose of `draw` in the colours, for each picture by itself.
///
/// - Parameters:
///   - gradient: on the crops, `[batch, 3, crop height, crop width]`
///   - alpha: `[side, side]`
///   - grids: one a picture.
/// - Returns: `[batch, 3, side, side]`
private func pullBack(
  _ gradient: Tensor, crops: [PixelRectangle], alpha: Tensor, grids: [SamplingGrid], workers: Workers
) -> Tensor {
  let side = alpha.shape[0]
  let plane = side * side
  let height = gradient.shape[2]
  let width = gradient.shape[3]
  var parts = Tensor(zeros: [grids.count, 3, side, side])
  parts.withUnsafeMutableBuffer { parts in
    nonisolated(unsafe) let parts = parts
    gradient.withUnsafeBuffer { gradient in
      nonisolated(unsafe) let gradient = gradient
      alpha.withUnsafeBuffer { alpha in
        nonisolated(unsafe) let alpha = alpha
        workers.forEach(grids.count) { image in
          let crop = crops[image]
          grids[image].forEachPixel { row, column, sample in
            guard crop.rows.contains(row), crop.columns.contains(column) else { return }
            let pixel = (row - crop.top) * width + column - crop.left
            for corner in 0..<4 {
              let index = sample.indices[corner]
              let weight = sample.weights[corner] * alpha[index]
              guard weight != 0 else { continue }
              for channel in 0..<3 {
                parts[(3 * image + channel) * plane + index] +=
                  weight * gradient[(3 * image + channel) * height * width + pixel]
              }
            }
          }
        }
      }
    }
  }
  return parts
}
