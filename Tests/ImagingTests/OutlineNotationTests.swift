import Testing

@testable import Imaging

@Suite struct OutlineNotationTests {
  private func area(_ notation: String) -> Double {
    let outline = Outline(notation).mapped { $0 * 200 }
    return OutlineCoverage(of: outline, width: 200, height: 200).values.reduce(0) { $0 + Double($1) } / 40_000
  }

  @Test func cornersMakeStraightSides() {
    #expect(abs(area("+ 10,10! 60,10! 60,50! 10,50!") - 0.2) < 1e-4)
    #expect(abs(area("+r 10,10 50,40") - 0.2) < 1e-4)
  }

  @Test func smoothKnotsGiveARoundCurve() {
    let round = area("+ 50,10 90,50 50,90 10,50")
    // Between the square of the knots, 0.32, and a little less than the circle.
    #expect(round > 0.48 && round < Double.pi * 0.16)
  }

  @Test func ellipsesAndRoundedCornersHaveTheirAreas() {
    #expect(abs(area("+o 50,50 30,20 25") - Double.pi * 0.06) < 2e-3)
    #expect(abs(area("+r 10,10 80,60 10") - (0.48 - (4 - Double.pi) * 0.01)) < 1e-3)
  }

  @Test func aLineHasItsWidthAndRoundEnds() {
    #expect(abs(area("+w 10 20,50! 80,50!") - (0.06 + Double.pi * 0.0025)) < 2e-3)
  }

  @Test func halvesAndTwinsAreMirrored() {
    #expect(abs(area("+h 50,10! 80,10! 80,90! 50,90!") - 0.48) < 1e-4)
    #expect(abs(area("+r| 10,10 20,40") - 0.16) < 1e-4)
  }

  @Test func cutsAreTakenFromWhatStandsAbove() {
    #expect(abs(area("+r 10,10 50,40\n-r 20,20 10,10\n-r 40,20 10,10") - 0.18) < 1e-4)
    #expect(
      Outline("+r 1,1 9,9\n+r 20,1 9,9\n-r 2,2 3,3\n+o 50,50 4,4").layers.map(\.adds) == [true, false, true])
  }

  @Test func turningKeepsTheAreaAndMovesTheBounds() throws {
    let level = "+r 10,45 80,10"
    #expect(abs(area(level + "\nturn 90") - 0.08) < 1e-3)
    let bounds = try #require(Outline(level + "\nturn 90").bounds)
    #expect(abs(bounds.lower.x - 0.45) < 1e-3 && abs(bounds.upper.y - 0.9) < 1e-3)
    #expect(Outline(layers: []).bounds == nil)
  }

  @Test func everyContourRunsTheSameWayRound() {
    let outline = Outline(
      "+ 10,10! 60,10! 60,50!\n+ 10,10! 60,50! 60,10!\n+w 4 10,80! 50,90!\n+o| 20,20 5,9 40")
    for contour in outline.layers.flatMap(\.contours) {
      #expect(OutlineCurves.oriented(contour) == contour)
    }
  }
}
