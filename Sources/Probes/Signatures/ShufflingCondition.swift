import Tensors

/// One way to cut a picture into tiles that change places (Brendel & Bethge 2019, 1904.00760).
public struct ShufflingCondition: Codable, Hashable, Sendable {
  public enum Unit: String, Codable, Sendable, CaseIterable {
    /// So many tiles along each side.
    case grid
    /// Tiles of so many pixels' side.
    case tile
  }

  public var unit: Unit
  /// Tiles along each side, or pixels; at least 1.
  public var value: Int

  public init(_ unit: Unit, _ value: Int) {
    self.unit = unit
    self.value = value
  }

  /// For messages: `grid 4`, `tile 16`.
  public var text: String { "\(unit.rawValue) \(value)" }

  /// The grids of the published measurement, 2×2 to 16×16.
  public static let grids = [2, 3, 4, 6, 8, 12, 16].map { ShufflingCondition(.grid, $0) }
  /// Sides from a texture's scale to half a small picture; all are multiples of a BagNet's stride of 8.
  public static let tiles = [8, 16, 24, 32, 48].map { ShufflingCondition(.tile, $0) }
}

/// A picture cut into equal tiles from its left top corner; what is left over at the right and at the bottom stays.
struct Tiling: Hashable {
  let rows, columns: Int
  let tileHeight, tileWidth: Int

  var count: Int { rows * columns }

  /// - Throws: `ProbeError.tooFewTiles` where there are not two tiles.
  init(_ condition: ShufflingCondition, height: Int, width: Int) throws {
    switch condition.unit {
    case .grid:
      (rows, columns) = (condition.value, condition.value)
      (tileHeight, tileWidth) = (height / max(condition.value, 1), width / max(condition.value, 1))
    case .tile:
      (tileHeight, tileWidth) = (condition.value, condition.value)
      (rows, columns) = (height / max(condition.value, 1), width / max(condition.value, 1))
    }
    guard tileHeight > 0, tileWidth > 0, rows * columns > 1 else {
      throw ProbeError.tooFewTiles(condition: condition.text, height: height, width: width)
    }
  }

  /// The picture `[3, height, width]` with tile `order[i]` in the place of tile `i`.
  func shuffled(_ picture: Tensor, _ order: [Int]) -> Tensor {
    let (height, width) = (picture.shape[1], picture.shape[2])
    var result = picture
    result.withUnsafeMutableBuffer { target in
      picture.withUnsafeBuffer { source in
        for (place, tile) in order.enumerated() {
          let to = (place / columns * tileHeight) * width + place % columns * tileWidth
          let from = (tile / columns * tileHeight) * width + tile % columns * tileWidth
          for plane in 0..<picture.shape[0] {
            for row in 0..<tileHeight {
              let line = plane * height * width + row * width
              for column in 0..<tileWidth { target[line + to + column] = source[line + from + column] }
            }
          }
        }
      }
    }
    return result
  }

  /// A uniformly random order of the tiles, the picture's own: it follows from seed, condition and name alone.
  func order(seed: UInt64, condition: ShufflingCondition, name: String) -> [Int] {
    var generator = SeededGenerator(seed: seed, named: "shuffling/\(condition.text)/\(name)")
    return Array(0..<count).shuffled(using: &generator)
  }
}
