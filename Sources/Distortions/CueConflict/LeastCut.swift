/// The cut of least cost through a strip, one place a line, that never moves by more than one place from line to line:
/// the minimum error boundary of image quilting (Efros & Freeman 2001).
struct LeastCut {
  /// For each line the place of the cut.
  let places: [Int]

  /// - Parameter costs: for each line the cost of each place, as many in each line.
  init(_ costs: [[Float]]) {
    guard let first = costs.first, !first.isEmpty else {
      places = []
      return
    }
    let width = first.count
    var sums = [first]
    for line in costs.dropFirst() {
      let above = sums[sums.count - 1]
      sums.append(
        (0..<width).map { place in
          line[place]
            + (max(place - 1, 0)...min(place + 1, width - 1)).reduce(.infinity) { min($0, above[$1]) }
        })
    }
    /// The first of equal ones.
    func least(_ line: [Float], _ range: ClosedRange<Int>) -> Int {
      range.reduce(range.lowerBound) { line[$1] < line[$0] ? $1 : $0 }
    }
    var places = [least(sums[sums.count - 1], 0...width - 1)]
    for line in sums.dropLast().reversed() {
      let below = places[places.count - 1]
      places.append(least(line, max(below - 1, 0)...min(below + 1, width - 1)))
    }
    self.places = places.reversed()
  }
}
