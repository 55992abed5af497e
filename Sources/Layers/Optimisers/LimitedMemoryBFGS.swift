/// Finds the least value of a smooth function by limited-memory BFGS (Liu & Nocedal 1989) with steps shortened
/// until the value falls enough (Armijo 1966). For problems whose whole gradient is cheap.
public struct LimitedMemoryBFGS: Sendable {
  /// Steps remembered.
  public var memory = 10
  /// The most steps taken.
  public var iterations: Int
  /// Ends when the gradient's greatest entry is no greater.
  public var tolerance: Double

  public init(iterations: Int = 200, tolerance: Double = 1e-5) {
    self.iterations = iterations
    self.tolerance = tolerance
  }

  /// - Parameter function: the value and the gradient at a point.
  /// - Returns: the best point found and its value.
  public func minimum(
    from start: [Double], _ function: ([Double]) throws -> (value: Double, gradient: [Double])
  ) rethrows -> (point: [Double], value: Double) {
    var point = start
    var (value, gradient) = try function(point)
    var history: [(step: [Double], change: [Double], curvature: Double)] = []
    for _ in 0..<iterations {
      guard let greatest = gradient.map(abs).max(), greatest > tolerance else { break }
      var direction = descent(gradient, history)
      var slope = product(direction, gradient)
      if slope >= 0 {
        history = []
        direction = gradient.map { -$0 }
        slope = product(direction, gradient)
      }
      // The first step has no curvature to go by.
      var length = history.isEmpty ? min(1, 1 / (-slope).squareRoot()) : 1
      var found: (point: [Double], value: Double, gradient: [Double])?
      for _ in 0..<30 {
        let trial = zip(point, direction).map { $0 + length * $1 }
        let (next, slopes) = try function(trial)
        if next <= value + 1e-4 * length * slope {
          found = (trial, next, slopes)
          break
        }
        length /= 2
      }
      // Where no step helps, rounding is all that is left.
      guard let found else { break }
      let step = zip(found.point, point).map { $0 - $1 }
      let change = zip(found.gradient, gradient).map { $0 - $1 }
      let curvature = product(step, change)
      if curvature > 1e-12 * product(change, change) {
        history.append((step, change, curvature))
        if history.count > memory { history.removeFirst() }
      }
      (point, value, gradient) = found
    }
    return (point, value)
  }

  /// Minus the gradient, scaled by the curvature that the remembered steps met.
  private func descent(
    _ gradient: [Double], _ history: [(step: [Double], change: [Double], curvature: Double)]
  ) -> [Double] {
    var direction = gradient.map { -$0 }
    var shares: [Double] = []
    for (step, change, curvature) in history.reversed() {
      let share = product(step, direction) / curvature
      shares.append(share)
      add(-share, change, to: &direction)
    }
    if let last = history.last {
      let scale = last.curvature / product(last.change, last.change)
      for index in direction.indices { direction[index] *= scale }
    }
    for ((step, change, curvature), share) in zip(history, shares.reversed()) {
      add(share - product(change, direction) / curvature, step, to: &direction)
    }
    return direction
  }

  private func add(_ factor: Double, _ vector: [Double], to sum: inout [Double]) {
    sum.withUnsafeMutableBufferPointer { sum in
      vector.withUnsafeBufferPointer { vector in
        for index in sum.indices { sum[index] += factor * vector[index] }
      }
    }
  }

  /// The sum of products, in eight running sums: strict floating point forbids the compiler to split one.
  private func product(_ a: [Double], _ b: [Double]) -> Double {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        var lanes = SIMD8<Double>.zero
        let (rawA, rawB) = (UnsafeRawBufferPointer(a), UnsafeRawBufferPointer(b))
        let whole = a.count & ~7
        for index in stride(from: 0, to: whole, by: 8) {
          lanes +=
            rawA.loadUnaligned(fromByteOffset: index * 8, as: SIMD8<Double>.self)
            * rawB.loadUnaligned(fromByteOffset: index * 8, as: SIMD8<Double>.self)
        }
        return (whole..<a.count).reduce(lanes.sum()) { $0 + a[$1] * b[$1] }
      }
    }
  }
}
