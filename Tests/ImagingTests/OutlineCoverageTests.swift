import Foundation
import Testing

@testable import Imaging

@Suite struct OutlineCoverageTests {
  private func polygon(_ corners: [(Float, Float)]) -> Outline {
    Outline(layers: [.init(adds: true, contours: [corners.map { SIMD2($0.0, $0.1) }])])
  }

  private func rectangle(_ left: Float, _ top: Float, _ right: Float, _ bottom: Float) -> Outline {
    polygon([(left, top), (right, top), (right, bottom), (left, bottom)])
  }

  private func circle(_ center: SIMD2<Float>, _ radius: Float, corners: Int = 256) -> [SIMD2<Float>] {
    (0..<corners).map { corner in
      let angle = 2 * Double.pi * Double(corner) / Double(corners)
      return center + radius * SIMD2(Float(cos(angle)), Float(sin(angle)))
    }
  }

  /// The area of a regular polygon inscribed in a circle.
  private func area(radius: Double, corners: Int = 256) -> Double {
    0.5 * Double(corners) * radius * radius * sin(2 * Double.pi / Double(corners))
  }

  private func total(_ coverage: OutlineCoverage) -> Double { coverage.values.reduce(0) { $0 + Double($1) } }

  @Test func aRectangleBetweenPixelsCoversTheProductOfItsOverlaps() {
    let coverage = OutlineCoverage(of: rectangle(1.25, 2.5, 6.75, 4.125), width: 9, height: 7)
    func overlap(_ from: Float, _ to: Float, _ pixel: Int) -> Float {
      max(0, min(to, Float(pixel + 1)) - max(from, Float(pixel)))
    }
    for y in 0..<7 {
      for x in 0..<9 {
        let expected = overlap(1.25, 6.75, x) * overlap(2.5, 4.125, y)
        #expect(abs(coverage.values[y * 9 + x] - expected) < 1e-6, "pixel (\(x), \(y))")
      }
    }
  }

  @Test func aTriangleCoversHalfOfEachPixelOnItsDiagonal() {
    let coverage = OutlineCoverage(of: polygon([(0, 0), (8, 0), (0, 8)]), width: 8, height: 8)
    for y in 0..<8 {
      for x in 0..<8 {
        let expected: Float = x + y < 7 ? 1 : x + y == 7 ? 0.5 : 0
        #expect(abs(coverage.values[y * 8 + x] - expected) < 1e-6, "pixel (\(x), \(y))")
      }
    }
  }

  @Test func aFlatSlopeIsExactInEveryPixelItPasses() {
    // Below the line from (0, 1) to (8, 3): the area in a column is its mean height.
    let coverage = OutlineCoverage(of: polygon([(0, 1), (8, 3), (8, 4), (0, 4)]), width: 8, height: 4)
    for x in 0..<8 {
      let sum = (0..<4).reduce(Float(0)) { $0 + coverage.values[$1 * 8 + x] }
      #expect(abs(sum - (4 - (1 + (Float(x) + 0.5) / 4))) < 1e-5, "column \(x)")
    }
  }

  @Test func aCircleCoversItsArea() {
    let contour = circle(SIMD2(20.3, 19.1), 15.7)
    let coverage = OutlineCoverage(
      of: Outline(layers: [.init(adds: true, contours: [contour])]), width: 40, height: 40)
    #expect(abs(total(coverage) - area(radius: 15.7)) < 2e-3)
    #expect(coverage.values.allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  @Test func aCutLeavesARing() {
    let center = SIMD2<Float>(20, 20)
    let ring = Outline(layers: [
      .init(adds: true, contours: [circle(center, 16)]), .init(adds: false, contours: [circle(center, 9)]),
    ])
    let coverage = OutlineCoverage(of: ring, width: 40, height: 40)
    #expect(abs(total(coverage) - area(radius: 16) + area(radius: 9)) < 2e-3)
    #expect(coverage.values[20 * 40 + 20] < 1e-6)
  }

  @Test func overlappingContoursOfALayerUnite() {
    var outline = rectangle(1, 1, 6, 6)
    outline.append([rectangle(4, 3, 9, 8).layers[0].contours[0]], adds: true)
    let coverage = OutlineCoverage(of: outline, width: 10, height: 10)
    #expect(outline.layers.count == 1)
    #expect(abs(total(coverage) - (25 + 25 - 6)) < 1e-4)
  }

  @Test func whatLiesOutsideIsLeftOutExactly() {
    let coverage = OutlineCoverage(of: polygon([(-4, 2), (5, -7), (14, 2), (5, 11)]), width: 10, height: 4)
    // The rhombus |x − 5| + |y − 2| ≤ 9 covers all of 10 × 4 but for nothing: its corners reach past every border.
    #expect(abs(total(coverage) - 40) < 1e-4)
    let half = OutlineCoverage(of: polygon([(-5, -5), (5, 5), (-5, 5)]), width: 4, height: 4)
    #expect(abs(total(half) - 8) < 1e-5)
    let beyond = OutlineCoverage(of: polygon([(1, 1), (9, 1), (9, 3)]), width: 4, height: 4)
    #expect(abs(total(beyond) - 0.5 * 3 * 0.75) < 1e-5)
    #expect(total(OutlineCoverage(of: rectangle(20, 20, 30, 30), width: 10, height: 10)) == 0)
    #expect(total(OutlineCoverage(of: rectangle(-20, 2, -10, 8), width: 10, height: 10)) == 0)
  }

  @Test func aMirroredOutlineCoversTheMirroredPixels() {
    let outline = Outline("+ 10,20! 80,30 60,90!\n-o 50,40 10,6 30").mapped { $0 * 32 }
    let plain = OutlineCoverage(of: outline, width: 32, height: 32)
    let mirrored = OutlineCoverage(
      of: outline.mapped { SIMD2(32 - $0.x, $0.y) }, width: 32, height: 32)
    for y in 0..<32 {
      for x in 0..<32 {
        #expect(abs(plain.values[y * 32 + x] - mirrored.values[y * 32 + 31 - x]) < 1e-4)
      }
    }
  }
}
