import Tensors
import Testing

@testable import Adversary

@Suite struct HyperplaneTests {
  @Test(arguments: PerturbationNorm.both, [-8.0, -0.4, 0.02, 0.7, 3, 100])
  func stepIsTheShortestInsideTheWalls(norm: PerturbationNorm, rise: Double) {
    for seed in 0..<20 {
      let slope = randomTensor([12], seed: UInt64(seed), in: -1...1).map { abs($0) < 0.1 ? 0 : $0 }.elements
      let point = randomTensor([12], seed: UInt64(100 + seed)).elements.map { $0 < 0.2 ? 0 : $0 }
      let step = slope.withUnsafeBufferPointer { slope in
        point.withUnsafeBufferPointer { Hyperplane(slope: slope, norm: norm).step(from: $0, rise: rise) }
      }
      let gained = zip(slope, step).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      let greatest = reach(of: .infinity, slope, point, norm, isUp: rise > 0)
      #expect(zip(point, step).allSatisfy { $0 + $1 >= -1e-6 && $0 + $1 <= 1 + 1e-6 })
      if abs(rise) >= greatest {
        #expect(abs(abs(gained) - greatest) < 1e-5, "as far as the walls allow")
      } else {
        #expect(abs(gained - rise) < 1e-5)
        // Bisection on the time finds the same step.
        var (low, high) = (0.0, 1e3)
        for _ in 0..<200 {
          let middle = (low + high) / 2
          if reach(of: middle, slope, point, norm, isUp: rise > 0) < abs(rise) {
            low = middle
          } else {
            high = middle
          }
        }
        let expected = moved(for: high, slope, point, norm, isUp: rise > 0)
        #expect(zip(step, expected).allSatisfy { abs(Double($0) - $1) < 1e-4 })
      }
    }
  }

  /// How each value moves in time `time`, by the definition.
  private func moved(
    for time: Double, _ slope: [Float], _ point: [Float], _ norm: PerturbationNorm, isUp: Bool
  ) -> [Double] {
    zip(slope, point).map { slope, point in
      guard slope != 0 else { return 0 }
      let rises = (slope > 0) == isUp
      let length = min(time * (norm == .linf ? 1 : Double(abs(slope))), Double(rises ? 1 - point : point))
      return rises ? length : -length
    }
  }

  private func reach(
    of time: Double, _ slope: [Float], _ point: [Float], _ norm: PerturbationNorm, isUp: Bool
  ) -> Double {
    abs(zip(slope, moved(for: time, slope, point, norm, isUp: isUp)).reduce(0.0) { $0 + Double($1.0) * $1.1 })
  }
}
