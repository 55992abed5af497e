import Silhouettes

/// A picture without its fine grain but with its edges: what is left when texture is smoothed away.
///
/// Colour flows between neighbouring pixels, the less the more they differ (Perona & Malik 1990), so that it evens
/// out within surfaces and stays apart across their rims.
struct CoarseColours {
  /// Pixels along both sides.
  let side: Int
  /// Row by row.
  private(set) var values: [Colour]

  /// The difference between neighbours at which half of the flow is stopped.
  private static let edge: Float = 0.07
  private static let rounds = 8
  /// The share of a difference that flows in one round; a quarter is the most that four neighbours allow.
  private static let flow: Float = 0.24

  init(_ values: [Colour], side: Int) {
    precondition(values.count == side * side, "\(values.count) colours for a side of \(side)")
    self.side = side
    self.values = values
    blur()
    for _ in 0..<CoarseColours.rounds { diffuse() }
  }

  /// Weights 1, 2, 1 along both axes: single pixels' grain must not count as edges.
  private mutating func blur() {
    let before = values
    for y in 0..<side {
      let row = y * side
      for x in 0..<side {
        let around = before[row + max(x - 1, 0)] + before[row + min(x + 1, side - 1)]
        values[row + x] = (before[row + x] * 2 + around) * 0.25
      }
    }
    let across = values
    for y in 0..<side {
      let (above, below) = (max(y - 1, 0) * side, min(y + 1, side - 1) * side)
      for x in 0..<side {
        values[y * side + x] = (across[y * side + x] * 2 + across[above + x] + across[below + x]) * 0.25
      }
    }
  }

  private mutating func diffuse() {
    let scale = 1 / (CoarseColours.edge * CoarseColours.edge)
    func flux(_ from: Colour, _ to: Colour) -> Colour {
      let difference = to - from
      return difference * (CoarseColours.flow / (1 + difference.squaredLength * scale))
    }
    let side = side
    var fluxes = [Colour](repeating: Colour(repeating: 0), count: side)
    values.withUnsafeMutableBufferPointer { values in
      fluxes.withUnsafeMutableBufferPointer { fromAbove in
        for y in 0..<side {
          let row = y * side
          var fromLeft = Colour(repeating: 0)
          for x in 0..<side {
            // The pixels to the right and below still have their old colours.
            let own = values[row + x]
            let toRight = x + 1 < side ? flux(own, values[row + x + 1]) : Colour(repeating: 0)
            let toBelow = y + 1 < side ? flux(own, values[row + side + x]) : Colour(repeating: 0)
            values[row + x] = own + (toRight - fromLeft) + (toBelow - fromAbove[x])
            (fromLeft, fromAbove[x]) = (toRight, toBelow)
          }
        }
      }
    }
  }
}
