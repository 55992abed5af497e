import Tensors

/// What a sticker made for one picture may change: a square of `side` pixels anywhere wholly inside the picture, in any
/// colours of 0…1.
public struct PatchBudget: Hashable, Sendable {
  public let side: Int

  /// - Throws: `AdversaryError.setting` unless `side` is at least 1.
  public init(side: Int) throws {
    try requireSetting(side >= 1, "side", "at least 1 pixel", side)
    self.side = side
  }

  /// Where the square may lie on pictures `[batch, 3, height, width]`.
  ///
  /// - Throws: `AdversaryError.setting` when it does not fit.
  func grid(on images: Tensor) throws -> PatchGrid {
    let (height, width) = (images.shape[2], images.shape[3])
    try requireSetting(
      side <= min(height, width), "side",
      "at most \(min(height, width)) pixels on pictures of \(width)×\(height)",
      side)
    return PatchGrid(side: side, height: height, width: width)
  }
}

/// Every place of a square inside a picture, row by row.
struct PatchGrid: Hashable, Sendable {
  let side: Int
  /// Of the picture.
  let height: Int
  let width: Int

  var rows: Int { height - side + 1 }
  var columns: Int { width - side + 1 }
  var count: Int { rows * columns }

  subscript(number: Int) -> PatchPlace {
    PatchPlace(x: number % columns, y: number / columns, side: side)
  }

  /// Places drawn without putting any back, the first `count`; fewer where there are no more.
  func drawing(_ count: Int, using generator: inout some RandomNumberGenerator) -> [PatchPlace] {
    var drawn: [PatchPlace] = []
    // What would stand at a number if all numbers were shuffled; those not named stand at their own.
    var moved: [Int: Int] = [:]
    for first in 0..<min(count, self.count) {
      let other = first + generator.uniform(below: self.count - first)
      drawn.append(self[moved[other] ?? other])
      moved[other] = moved[first] ?? first
    }
    return drawn
  }
}
