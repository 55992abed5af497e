/// One plane of numbers in double precision, row by row.
struct Plane: Hashable, Sendable {
  let height, width: Int
  var values: [Double]

  init(height: Int, width: Int, values: [Double]) {
    precondition(values.count == height * width, "\(values.count) values do not fill \(height) x \(width)")
    (self.height, self.width, self.values) = (height, width, values)
  }

  init(height: Int, width: Int, repeating value: Double = 0) {
    self.init(height: height, width: width, values: [Double](repeating: value, count: height * width))
  }

  /// Every value from its row and column, in that order.
  init(height: Int, width: Int, _ value: (_ row: Int, _ column: Int) -> Double) {
    var values: [Double] = []
    values.reserveCapacity(height * width)
    for row in 0..<height {
      for column in 0..<width { values.append(value(row, column)) }
    }
    self.init(height: height, width: width, values: values)
  }

  subscript(row: Int, column: Int) -> Double {
    get { values[row * width + column] }
    set { values[row * width + column] = newValue }
  }

  /// Each value by itself.
  func map(_ change: (Double) -> Double) -> Plane {
    Plane(height: height, width: width, values: values.map(change))
  }

  /// Turned by half a turn.
  var turnedByHalf: Plane { Plane(height: height, width: width, values: values.reversed()) }

  /// Rows and columns exchanged.
  var transposed: Plane { Plane(height: width, width: height) { self[$1, $0] } }

  /// The value between the four around a place, by two linear steps.
  func value(row: Double, column: Double, border: Border) -> Double {
    let (top, left) = (row.rounded(.down), column.rounded(.down))
    let (down, across) = (row - top, column - left)
    func at(_ row: Int, _ column: Int) -> Double {
      guard let row = border.place(row, in: height), let column = border.place(column, in: width) else {
        if case .constant(let outside) = border { return outside }
        return 0
      }
      return self[row, column]
    }
    let (y, x) = (Int(top), Int(left))
    let upper = at(y, x) * (1 - across) + at(y, x + 1) * across
    guard down > 0 else { return upper }
    return upper * (1 - down) + (at(y + 1, x) * (1 - across) + at(y + 1, x + 1) * across) * down
  }

  /// At another size, by a triangle over the nearest values that is wider when shrinking.
  func resized(height newHeight: Int, width newWidth: Int) -> Plane {
    if newHeight == height, newWidth == width { return self }
    return resizedDown(to: newHeight).transposed.resizedDown(to: newWidth).transposed
  }

  private func resizedDown(to count: Int) -> Plane {
    let scale = Double(height) / Double(count)
    let reach = max(scale, 1)
    var result = Plane(height: count, width: width)
    for row in 0..<count {
      let centre = (Double(row) + 0.5) * scale - 0.5
      let first = max(Int((centre - reach).rounded(.up)), 0)
      let last = min(Int((centre + reach).rounded(.down)), height - 1)
      let weights = (first...max(first, last)).map { max(0, 1 - abs(Double($0) - centre) / reach) }
      let sum = weights.reduce(0, +)
      for (step, weight) in weights.enumerated() {
        let (to, from) = (row * width, (first + step) * width)
        for column in 0..<width { result.values[to + column] += weight / sum * values[from + column] }
      }
    }
    return result
  }

  /// Correlated with a kernel of odd sides, whose middle lies on each value in turn.
  func correlated(with kernel: Plane, border: Border) -> Plane {
    precondition(kernel.height % 2 == 1 && kernel.width % 2 == 1, "a kernel has a middle")
    let (down, across) = (kernel.height / 2, kernel.width / 2)
    // A picture with its border, so that the loop below runs along whole rows.
    let padded = Plane(height: height + 2 * down, width: width + 2 * across) { row, column in
      guard let row = border.place(row - down, in: height),
        let column = border.place(column - across, in: width)
      else {
        if case .constant(let outside) = border { return outside }
        return 0
      }
      return self[row, column]
    }
    var result = Plane(height: height, width: width)
    padded.values.withUnsafeBufferPointer { source in
      result.values.withUnsafeMutableBufferPointer { target in
        for row in 0..<height {
          for (place, weight) in kernel.values.enumerated() where weight != 0 {
            let (y, x) = place.quotientAndRemainder(dividingBy: kernel.width)
            let (to, from) = (row * width, (row + y) * padded.width + x)
            for column in 0..<width { target[to + column] += weight * source[from + column] }
          }
        }
      }
    }
    return result
  }
}
