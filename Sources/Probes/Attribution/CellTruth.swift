import Layers

/// What a BagNet's cells contribute to a logit: in the game in which a cell's logit is there or is not, the value of a
/// set of cells is the sum of their shares of the logit, so the Shapley values are these shares themselves.
struct CellTruth {
  /// Each cell's logit over the number of cells; they add up to the picture's logit.
  let contributions: [Double]
  private let map: EvidenceMap
  private let height, width: Int
  /// How many cells see each pixel.
  private let seen: [Int]

  init(_ map: EvidenceMap, height: Int, width: Int) {
    self.map = map
    self.height = height
    self.width = width
    contributions = map.cells.map { Double($0) / Double(map.cells.count) }
    var seen = [Int](repeating: 0, count: height * width)
    for cell in map.cells.indices {
      for pixel in CellTruth.pixels(of: cell, map, height, width) { seen[pixel] += 1 }
    }
    self.seen = seen
  }

  /// One value a pixel: each cell's contribution spread evenly over the pixels that it sees.
  var pixelMap: [Float] {
    var values = [Double](repeating: 0, count: height * width)
    for cell in map.cells.indices {
      let pixels = CellTruth.pixels(of: cell, map, height, width)
      for pixel in pixels { values[pixel] += contributions[cell] / Double(pixels.count) }
    }
    return values.map { Float($0) }
  }

  /// A map of pixels as one of cells: each pixel's value is divided evenly among the cells that see it, so that the sum
  /// stays but for pixels that no cell sees.
  func pooled(_ values: [Float]) -> [Double] {
    map.cells.indices.map { cell in
      CellTruth.pixels(of: cell, map, height, width).reduce(0) { $0 + Double(values[$1]) / Double(seen[$1]) }
    }
  }

  private static func pixels(of cell: Int, _ map: EvidenceMap, _ height: Int, _ width: Int) -> [Int] {
    let rows = map.receptiveField.pixels(of: cell / map.columns).clamped(to: 0..<height)
    let columns = map.receptiveField.pixels(of: cell % map.columns).clamped(to: 0..<width)
    return rows.flatMap { row in columns.map { row * width + $0 } }
  }
}
