import Tensors

/// Where on one picture a square in the best colours would lead furthest, were the network linear.
///
/// Each colour value goes to the end of 0…1 that its slope points to, so a place is worth the sum over its pixels of
/// slope · way to that end. Summed areas give every place at once.
struct PlaceRanking {
  private let picture: [Float]
  private let grid: PatchGrid
  /// For each place the greatest lead that any class can be brought to.
  private var leads: [Double]
  /// For each place that class' number in the order of `add`.
  private var leaders: [Int]
  private var slopes: [[Float]] = []

  /// - Parameter picture: `[3, height, width]`
  init(_ picture: [Float], grid: PatchGrid) {
    self.picture = picture
    self.grid = grid
    leads = Array(repeating: -.infinity, count: grid.count)
    leaders = Array(repeating: 0, count: grid.count)
  }

  /// Takes up one more class that could be led to.
  ///
  /// - Parameters:
  ///   - slope: of its lead with respect to the pixels.
  ///   - lead: as the picture is.
  mutating func add(slope: [Float], lead: Double) {
    let (side, line) = (grid.side, grid.width + 1)
    let sums = summedGains(slope)
    for row in 0..<grid.rows {
      for column in 0..<grid.columns {
        let (above, below) = (row * line + column, (row + side) * line + column)
        let gain = sums[below + side] - sums[below] - sums[above + side] + sums[above]
        let number = row * grid.columns + column
        guard lead + gain > leads[number] else { continue }
        leads[number] = lead + gain
        leaders[number] = slopes.count
      }
    }
    slopes.append(slope)
  }

  /// The best places in their colours, the best first; none lies less than half a side from a better one.
  func best(_ count: Int) -> [PaintedPatch] {
    let order = leads.indices.sorted { (-leads[$0], $0) < (-leads[$1], $1) }
    var chosen: [PaintedPatch] = []
    for number in order where chosen.count < count {
      let place = grid[number]
      let isNear = chosen.contains {
        2 * abs($0.place.x - place.x) < grid.side && 2 * abs($0.place.y - place.y) < grid.side
      }
      if !isNear { chosen.append(PaintedPatch(place: place, colours: colours(at: number))) }
    }
    return chosen
  }

  private func colours(at number: Int) -> [Float] {
    let slope = slopes.isEmpty ? picture : slopes[leaders[number]]
    return grid[number].lines(height: grid.height, width: grid.width).flatMap { line in
      line.map { slope[$0] > 0 ? 1 : slope[$0] < 0 ? 0 : picture[$0] }
    }
  }

  /// `[height + 1, width + 1]`: what all pixels above and to the left can gain together.
  private func summedGains(_ slope: [Float]) -> [Double] {
    let (height, width) = (grid.height, grid.width)
    var sums = [Double](repeating: 0, count: (height + 1) * (width + 1))
    for row in 0..<height {
      var line = 0.0
      for column in 0..<width {
        for channel in 0..<3 {
          let index = (channel * height + row) * width + column
          let steepness = Double(slope[index])
          line += steepness * ((steepness > 0 ? 1 : 0) - Double(picture[index]))
        }
        let place = (row + 1) * (width + 1) + column + 1
        sums[place] = sums[place - width - 1] + line
      }
    }
    return sums
  }
}
