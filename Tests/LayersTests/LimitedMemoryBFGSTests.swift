import Foundation
import Testing

@testable import Layers

@Suite("Limited-memory BFGS")
struct LimitedMemoryBFGSTests {
  /// ½ Σ scale · (x − target)², scales over nearly four orders of magnitude.
  @Test func findsTheLeastValueOfAStretchedBowl() {
    let scales = (0..<12).map { pow(10, Double($0) / 3 - 3) }
    let target = (0..<12).map { Double($0) - 5 }
    var calls = 0
    let found = LimitedMemoryBFGS(iterations: 500, tolerance: 1e-9).minimum(
      from: [Double](repeating: 0, count: 12)
    ) { point in
      calls += 1
      let gradient = point.indices.map { scales[$0] * (point[$0] - target[$0]) }
      return (zip(gradient, zip(point, target)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) / 2 }, gradient)
    }
    #expect(found.value < 1e-9 && calls < 500)
    for (x, wanted) in zip(found.point, target) { #expect(abs(x - wanted) < 1e-3) }
  }

  @Test func followsACurvedValley() {
    let found = LimitedMemoryBFGS(iterations: 300, tolerance: 1e-8).minimum(from: [-1.2, 1]) { point in
      let (x, y) = (point[0], point[1])
      return (
        (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x),
        [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]
      )
    }
    #expect(abs(found.point[0] - 1) < 1e-5 && abs(found.point[1] - 1) < 1e-5)
  }

  @Test func staysWhereTheGradientIsZero() {
    let found = LimitedMemoryBFGS().minimum(from: [3]) { _ in (7, [0]) }
    #expect(found.point == [3] && found.value == 7)
  }

  @Test func takesNoMoreStepsThanAllowed() {
    var calls = 0
    let found = LimitedMemoryBFGS(iterations: 2, tolerance: 0).minimum(from: [10]) { point in
      calls += 1
      return (pow(point[0], 4), [4 * pow(point[0], 3)])
    }
    #expect(found.value < 1e4 && found.value > 0 && calls <= 61)
  }
}
