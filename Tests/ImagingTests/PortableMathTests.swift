import Foundation
import Imaging
import Testing

@Suite struct PortableMathTests {
  private let angles = (-3000...3000).map { Float($0) / 700 }

  @Test func sineAndCosineAreTheSystemsToSixDigits() {
    for angle in angles {
      let radians = 2 * Double.pi * Double(angle)
      #expect(abs(Double(PortableMath.sine(turns: angle)) - sin(radians)) < 6e-6, "at \(angle) turns")
      #expect(abs(Double(PortableMath.cosine(turns: angle)) - cos(radians)) < 6e-6, "at \(angle) turns")
    }
  }

  @Test func directionIsTheSystemsToAThousandthOfATurn() {
    for angle in angles {
      let (x, y) = (Float(cos(Double(angle))), Float(sin(Double(angle))))
      let expected = atan2(Double(y), Double(x)) / (2 * Double.pi)
      #expect(abs(Double(PortableMath.direction(3 * x, 3 * y)) - expected) < 1e-3, "at \(angle)")
    }
    #expect(PortableMath.direction(0, 0) == 0)
  }

  @Test func floorRoundsDownOnBothSidesOfZero() {
    for value in [-2, -1.5, -1e-6, 0, 0.5, 1, 7.999, 8] as [Float] {
      #expect(PortableMath.floor(value) == Int32(value.rounded(.down)))
    }
  }
}
