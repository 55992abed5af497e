import Tensors

/// Heights in 0…1 by the diamond–square method (Fournier, Fussell & Carpenter 1982) on a square whose opposite edges
/// meet.
struct PlasmaFractal {
  private let heights: Plane

  subscript(row: Int, column: Int) -> Double { heights[row, column] }

  /// - Parameters:
  ///   - side: how many rows and columns are needed at least; the next power of two is drawn, and from it the corner
  ///     is taken.
  ///   - decay: what the height of the steps is divided by whenever their length is halved: more is smoother.
  init(covering side: Int, decay: Double, using generator: inout some RandomNumberGenerator) {
    var size = 1
    while size < side { size *= 2 }
    var map = Plane(height: size, width: size)
    var wobble = 100.0
    func mixed(_ sum: Double) -> Double { sum / 4 + wobble * wobble * Double(generator.uniform(in: -1...1)) }
    var step = size
    while step >= 2 {
      let half = step / 2
      func at(_ row: Int, _ column: Int) -> Double { map[(row + size) % size, (column + size) % size] }
      for row in stride(from: 0, to: size, by: step) {
        for column in stride(from: 0, to: size, by: step) {
          map[row + half, column + half] = mixed(
            at(row, column) + at(row + step, column) + at(row, column + step) + at(row + step, column + step))
        }
      }
      // The middles of the edges: those that lie across first, then those that lie down.
      for (down, across) in [(0, half), (half, 0)] {
        for row in stride(from: down, to: size, by: step) {
          for column in stride(from: across, to: size, by: step) {
            map[row, column] = mixed(
              at(row - half, column) + at(row + half, column) + at(row, column - half)
                + at(row, column + half))
          }
        }
      }
      step = half
      wobble /= decay
    }
    let lowest = map.values.min() ?? 0
    let range = (map.values.max() ?? 0) - lowest
    heights = map.map { range > 0 ? ($0 - lowest) / range : 0 }
  }
}
