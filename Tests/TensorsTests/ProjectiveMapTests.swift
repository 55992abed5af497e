import Tensors
import Testing

@Suite struct ProjectiveMapTests {
  private let corners: [SIMD2<Double>] = [SIMD2(4, 3), SIMD2(30, 6), SIMD2(26, 31), SIMD2(2, 24)]
  private var map: ProjectiveMap {
    ProjectiveMap(unitSquareOnto: corners[0], corners[1], corners[2], corners[3])
  }

  private func isNear(_ found: SIMD2<Double>?, _ expected: SIMD2<Double>) -> Bool {
    found.map { (($0 - expected) * ($0 - expected)).sum() < 1e-18 } ?? false
  }

  @Test func cornersGoToCorners() {
    for (place, corner) in zip([(0, 0), (1, 0), (1, 1), (0, 1)] as [(Double, Double)], corners) {
      #expect(isNear(map(x: place.0, y: place.1), corner))
      #expect(isNear(map.inverse(x: corner.x, y: corner.y), SIMD2(place.0, place.1)))
    }
  }

  @Test func straightLinesStayStraight() throws {
    // A map of the plane that keeps lines is projective: four points fix it, so this and the corners are all of it.
    for (start, end) in [(SIMD2(0.1, 0.0), SIMD2(0.7, 1.0)), (SIMD2(0, 0.3), SIMD2(1, 0.2))] {
      let points = try [0, 0.3, 0.8, 1].map { share in
        let point = start + share * (end - start)
        return try #require(map(x: point.x, y: point.y))
      }
      for point in points.dropFirst(2) {
        let (along, aside) = (points[1] - points[0], point - points[0])
        #expect(abs(along.x * aside.y - along.y * aside.x) < 1e-9)
      }
    }
  }

  @Test func anUprightSquareIsScaledAndMoved() {
    let map = ProjectiveMap(
      unitSquareOnto: SIMD2(3, 5), SIMD2(11, 5), SIMD2(11, 13), SIMD2(3, 13))
    #expect(isNear(map(x: 0.25, y: 0.75), SIMD2(5, 11)))
    #expect(isNear(map.inverse(x: 5, y: 11), SIMD2(0.25, 0.75)))
  }

  @Test func whatLiesBehindTheCameraIsNowhere() {
    // The left and right side meet at (10, −10): beyond that nothing is seen.
    let map = ProjectiveMap(
      unitSquareOnto: SIMD2(5, 0), SIMD2(15, 0), SIMD2(20, 10), SIMD2(0, 10))
    #expect(map.inverse(x: 10, y: -11) == nil && map.inverse(x: 10, y: -9) != nil)
  }

  @Test func convexityIsThatOfAQuadrilateralGoneRoundClockwise() {
    #expect(ProjectiveMap.isConvex(corners))
    #expect(!ProjectiveMap.isConvex(corners.reversed()))
    #expect(!ProjectiveMap.isConvex([corners[0], corners[2], corners[1], corners[3]]))
    #expect(!ProjectiveMap.isConvex([corners[0], corners[1], corners[1], corners[3]]))
    #expect(!ProjectiveMap.isConvex([corners[0], corners[1], SIMD2(8, 9), corners[3]]))
    #expect(!ProjectiveMap.isConvex([corners[0], corners[1], corners[2], SIMD2(.nan, 4)]))
  }
}
