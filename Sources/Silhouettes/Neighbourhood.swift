/// Extremes of the values around each pixel of a square.
enum Neighbourhood {
  /// The largest value within `reach` pixels along both axes.
  static func largest(of values: [Float], side: Int, reach: Int) -> [Float] {
    filtered(values, side: side, reach: reach) { max($0, $1) }
  }

  /// The smallest value within `reach` pixels along both axes.
  static func smallest(of values: [Float], side: Int, reach: Int) -> [Float] {
    filtered(values, side: side, reach: reach) { min($0, $1) }
  }

  /// Takes the extreme along rows and then along columns, one step of the reach at a time.
  private static func filtered(
    _ values: [Float], side: Int, reach: Int, _ extreme: (Float, Float) -> Float
  ) -> [Float] {
    var result = values
    for _ in 0..<reach {
      let before = result
      for y in 0..<side {
        let row = y * side
        for x in 0..<side {
          result[row + x] = extreme(
            before[row + x], extreme(before[row + max(x - 1, 0)], before[row + min(x + 1, side - 1)]))
        }
      }
      let across = result
      for y in 0..<side {
        let (above, below) = (max(y - 1, 0) * side, min(y + 1, side - 1) * side)
        for x in 0..<side {
          result[y * side + x] = extreme(across[y * side + x], extreme(across[above + x], across[below + x]))
        }
      }
    }
    return result
  }
}
