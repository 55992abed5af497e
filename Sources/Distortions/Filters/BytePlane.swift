/// One plane of 8-bit values, row by row, with OpenCV's operations on such.
struct BytePlane: Hashable, Sendable {
  let height, width: Int
  var values: [UInt8]

  /// Values in 0…1 as bytes, cut off.
  init(_ plane: Plane) {
    (height, width) = (plane.height, plane.width)
    values = plane.values.map(ColourPlanes.byte)
  }

  /// Whole numbers as bytes; those outside 0…255 are clamped.
  init(bytes plane: Plane) {
    (height, width) = (plane.height, plane.width)
    values = plane.values.map { UInt8(min(max($0, 0), 255)) }
  }

  /// The bytes as numbers in 0…255.
  var plane: Plane { Plane(height: height, width: width, values: values.map(Double.init)) }

  /// Values spread so that each range of them is as frequent: OpenCV's `equalizeHist`.
  var equalised: BytePlane {
    var counts = [Int](repeating: 0, count: 256)
    for value in values { counts[Int(value)] += 1 }
    guard let lowest = counts.firstIndex(where: { $0 > 0 }), counts[lowest] < values.count else {
      return self
    }
    let scale = 255 / Double(values.count - counts[lowest])
    var sum = 0
    var table = [UInt8](repeating: 0, count: 256)
    for value in (lowest + 1)..<256 {
      sum += counts[value]
      table[value] = UInt8((Double(sum) * scale).rounded(.toNearestOrEven))
    }
    var result = self
    result.values = values.map { table[Int($0)] }
    return result
  }

  /// Canny's edges (1986) as OpenCV finds them: Sobel's gradients over 3 × 3 pixels with the last values going on, the
  /// sum of their sizes as strength, ridges of it above `weak` that hang together with one above `strong`.
  func edges(above weak: Int, strongAbove strong: Int) -> EdgeMap {
    let (across, down) = gradients()
    let strength = zip(across, down).map { abs($0) + abs($1) }
    var found = [Bool](repeating: false, count: values.count)
    var ridge = found
    var pending: [Int] = []
    for row in 0..<height {
      for column in 0..<width {
        let place = row * width + column
        guard strength[place] > weak, isRidge(row, column, across[place], down[place], strength) else {
          continue
        }
        ridge[place] = true
        if strength[place] > strong {
          found[place] = true
          pending.append(place)
        }
      }
    }
    while let place = pending.popLast() {
      let (row, column) = place.quotientAndRemainder(dividingBy: width)
      for y in max(row - 1, 0)...min(row + 1, height - 1) {
        for x in max(column - 1, 0)...min(column + 1, width - 1)
        where ridge[y * width + x] && !found[y * width + x] {
          found[y * width + x] = true
          pending.append(y * width + x)
        }
      }
    }
    return EdgeMap(height: height, width: width, isEdge: found)
  }

  private func gradients() -> (across: [Int], down: [Int]) {
    func at(_ row: Int, _ column: Int) -> Int {
      Int(values[min(max(row, 0), height - 1) * width + min(max(column, 0), width - 1)])
    }
    var (across, down): ([Int], [Int]) = ([], [])
    for row in 0..<height {
      for column in 0..<width {
        let left = at(row - 1, column - 1) + 2 * at(row, column - 1) + at(row + 1, column - 1)
        let right = at(row - 1, column + 1) + 2 * at(row, column + 1) + at(row + 1, column + 1)
        let upper = at(row - 1, column - 1) + 2 * at(row - 1, column) + at(row - 1, column + 1)
        let lower = at(row + 1, column - 1) + 2 * at(row + 1, column) + at(row + 1, column + 1)
        across.append(right - left)
        down.append(lower - upper)
      }
    }
    return (across, down)
  }

  /// Whether no neighbour along the gradient, taken to one of four directions, is stronger.
  private func isRidge(_ row: Int, _ column: Int, _ across: Int, _ down: Int, _ strength: [Int]) -> Bool {
    func at(_ row: Int, _ column: Int) -> Int {
      (0..<height).contains(row) && (0..<width).contains(column) ? strength[row * width + column] : 0
    }
    let own = at(row, column)
    // The tangent of 22.5° in units of 2⁻¹⁵; that of 67.5° is 2 more than it.
    let (size, rise) = (abs(across), abs(down) << 15)
    let flat = size * 13573
    if rise < flat { return own > at(row, column - 1) && own >= at(row, column + 1) }
    if rise > flat + size << 16 { return own > at(row - 1, column) && own >= at(row + 1, column) }
    let side = (across ^ down) < 0 ? -1 : 1
    return own > at(row - 1, column - side) && own > at(row + 1, column + side)
  }
}

/// Which pixels are edges.
struct EdgeMap: Hashable, Sendable {
  let height, width: Int
  let isEdge: [Bool]

  /// From each pixel to the nearest edge, by steps of 1, 1.4 and 2.1969 (Borgefors 1986): OpenCV's `distanceTransform`
  /// with a mask of 5 × 5. Large numbers everywhere when there is no edge.
  var distances: Plane {
    let far = 1e6
    var result = Plane(height: height, width: width, values: isEdge.map { $0 ? 0 : far })
    let steps: [(down: Int, across: Int, length: Double)] = [
      (0, -1, 1), (-1, 0, 1), (-1, -1, 1.4), (-1, 1, 1.4), (-1, -2, 2.1969), (-1, 2, 2.1969),
      (-2, -1, 2.1969),
      (-2, 1, 2.1969),
    ]
    func relax(_ row: Int, _ column: Int, _ sign: Int) {
      for step in steps {
        let (y, x) = (row + sign * step.down, column + sign * step.across)
        guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
        result[row, column] = min(result[row, column], result[y, x] + step.length)
      }
    }
    for row in 0..<height {
      for column in 0..<width { relax(row, column, 1) }
    }
    for row in (0..<height).reversed() {
      for column in (0..<width).reversed() { relax(row, column, -1) }
    }
    return result
  }
}
