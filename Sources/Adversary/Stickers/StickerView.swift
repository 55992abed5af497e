import Tensors

/// A sticker as a camera sees it on a picture: each pixel takes the mean over its area.
///
/// `StickerTransformation` looks up the middle of each pixel, which is what attacks differentiate; of a sticker seen
/// much smaller than it is that would pick single pixels. Where the sticker is not reduced both are the same, bit for
/// bit.
public struct StickerView: Sendable {
  /// Where the sticker lies, and how it is seen.
  public let placement: StickerPlacement

  /// A sticker's square seen straight on or in perspective.
  public init(_ placement: StickerPlacement) { self.placement = placement }

  /// A sticker whose corners lie there; corners of an upright square are a place and a scale, and give the same bits.
  ///
  /// - Parameter side: of the sticker, in its own pixels.
  /// - Throws: `AdversaryError.setting` unless the corners make a convex quadrilateral, clockwise from the top left.
  public init(corners: StickerCorners, side: Int) throws {
    placement =
      try corners.straight.map {
        StickerPlacement(x: $0.x, y: $0.y, scale: $0.side / Double(side))
      } ?? StickerPlacement(corners: corners)
  }

  /// The picture with the sticker on it; other pixels stay as they are.
  ///
  /// - Parameter picture: `[3, height, width]` in 0…1.
  /// - Throws: `AdversaryError.imagesShape` for another shape.
  public func put(_ sticker: Sticker, on picture: Tensor) throws -> Tensor {
    guard picture.shape.rank == 3, picture.shape[0] == 3 else {
      throw AdversaryError.imagesShape(found: "\(picture.shape)")
    }
    let (height, width) = (picture.shape[1], picture.shape[2])
    let grid = SamplingGrid(placement, side: sticker.side, height: height, width: width)
    var result = picture
    result.withUnsafeMutableBuffer { pixels in
      sticker.colours.withUnsafeBuffer { colours in
        sticker.alpha.withUnsafeBuffer { alpha in
          grid.forEachPixelAveraged { row, column, samples in
            var mixture = StickerMixture()
            for case let sample? in samples {
              mixture.add(sample, colours, alpha, share: 1 / Float(samples.count))
            }
            mixture.cover(row * width + column, of: pixels)
          }
        }
      }
    }
    return result
  }
}
