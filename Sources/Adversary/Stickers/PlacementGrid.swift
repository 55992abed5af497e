import Tensors

/// Every place at which a sticker's visible part begins on a multiple of `stride` pixels and lies wholly
/// inside a picture, unturned; numbered row by row.
public struct PlacementGrid: Hashable, Sendable {
  /// Pixels between neighbouring places.
  public let stride: Int
  public let rows: Int
  public let columns: Int
  private let first: StickerPlacement

  /// - Parameter scale: picture pixels for each sticker pixel.
  /// - Throws: `AdversaryError.setting`, or `.stickerLargerThanImage` when there is no place.
  public init(
    of sticker: Sticker, scale: Double = 1, stride: Int, imageHeight: Int, imageWidth: Int
  ) throws {
    guard stride >= 1 else {
      throw AdversaryError.setting(name: "position stride", expected: "at least 1 pixel", found: "\(stride)")
    }
    guard scale > 0, scale.isFinite else {
      throw AdversaryError.setting(name: "scale", expected: "a finite number above 0", found: "\(scale)")
    }
    let extent = StickerOutline(alpha: sticker.alpha).extent(scale: scale, rotation: 0)
    let freeX = Double(imageWidth) - extent.width
    let freeY = Double(imageHeight) - extent.height
    guard freeX >= 0, freeY >= 0 else {
      throw AdversaryError.stickerLargerThanImage(
        width: extent.width, height: extent.height, imageWidth: imageWidth, imageHeight: imageHeight)
    }
    self.stride = stride
    rows = Int(freeY) / stride + 1
    columns = Int(freeX) / stride + 1
    // From the visible part's edge to the edge of the unturned square around the same centre.
    let half = scale * Double(sticker.side) / 2
    first = StickerPlacement(x: 0 - extent.left - half, y: 0 - extent.top - half, scale: scale)
  }

  /// The number of places.
  public var count: Int { rows * columns }

  /// Place `index`, in row `index / columns`.
  public func placement(_ index: Int) -> StickerPlacement {
    var placement = first
    placement.x += Double(index % columns * stride)
    placement.y += Double(index / columns * stride)
    return placement
  }
}
