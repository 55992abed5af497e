import Testing

@testable import Layers
@testable import Tensors

@Suite("Receptive field")
struct ReceptiveFieldTests {
  @Test func cellsTouchingAgreesWithEnumeration() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<5000 {
      let field = ReceptiveField(
        size: 1 + generator.uniform(below: 40), stride: 1 + generator.uniform(below: 12),
        offset: generator.uniform(below: 61) - 40)
      let count = generator.uniform(below: 20)
      let start = generator.uniform(below: 121) - 40
      let range = start..<start + generator.uniform(below: 30)
      let touched = (0..<count).filter { field.pixels(of: $0).overlaps(range) }
      #expect(Array(field.cells(touching: range, count: count)) == touched, "\(field) \(range) of \(count)")
    }
  }

  @Test func countsAndFieldsOfManyCellsAgreeWithEnumeration() {
    for size in [1, 3, 9, 17, 33] {
      for stride in [1, 2, 8] {
        for offset in [0, -3] {
          let field = ReceptiveField(size: size, stride: stride, offset: offset)
          for length in 0..<90 {
            let fitting = (0..<100).count { field.pixels(of: $0).upperBound <= length }
            #expect(field.cellCount(on: length) == fitting, "\(field) on \(length)")
          }
          #expect(field.pixels(of: 4..<4).isEmpty)
          for first in 0..<5 {
            for count in 1..<4 {
              let pixels = field.pixels(of: first..<first + count)
              let all = (first..<first + count).map(field.pixels(of:))
              #expect(pixels.lowerBound == all.map(\.lowerBound).min())
              #expect(pixels.upperBound == all.map(\.upperBound).max())
            }
          }
        }
      }
    }
  }

  @Test func nothingIsTouchedByNoPixelsOrWithoutCells() {
    let field = ReceptiveField(size: 9, stride: 8, offset: 0)
    #expect(field.cells(touching: 4..<4, count: 10).isEmpty)
    #expect(field.cells(touching: 4..<8, count: 0).isEmpty)
    #expect(field.cells(touching: 1000..<1001, count: 10).isEmpty)
    #expect(field.cells(touching: -10 ..< -1, count: 10).isEmpty)
  }

  @Test func aPixelSeesItself() {
    #expect(ReceptiveField.pixel.pixels(of: 17) == 17..<18)
    #expect(ReceptiveField.pixel.cells(touching: 3..<6, count: 100) == 3..<6)
  }

  /// Follows cells back through random chains of windows, tap by tap.
  @Test func followingWindowsAgreesWithTracingTheirTaps() {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<200 {
      let chain = (0..<1 + generator.uniform(below: 4)).map { _ in
        (
          kernel: 1 + generator.uniform(below: 4), stride: 1 + generator.uniform(below: 3),
          padding: generator.uniform(below: 3), dilation: 1 + generator.uniform(below: 2)
        )
      }
      let field = chain.reduce(ReceptiveField.pixel) {
        $0.followed(byKernel: $1.kernel, stride: $1.stride, padding: $1.padding, dilation: $1.dilation)
      }
      for cell in [0, 1, 5] {
        var seen: Set = [cell]
        for window in chain.reversed() {
          seen = Set(
            seen.flatMap { cell in
              (0..<window.kernel).map { cell * window.stride - window.padding + $0 * window.dilation }
            })
        }
        let pixels = field.pixels(of: cell)
        #expect(seen.min() == pixels.lowerBound && seen.max() == pixels.upperBound - 1, "\(chain)")
      }
    }
  }

  @Test func unionCoversAllAndNeedsOneStride() {
    let left = ReceptiveField(size: 5, stride: 2, offset: -1)
    let right = ReceptiveField(size: 3, stride: 2, offset: 4)
    let union = ReceptiveField.union([left, right])
    #expect(union == ReceptiveField(size: 8, stride: 2, offset: -1))
    #expect(ReceptiveField.union([left]) == left)
    #expect(ReceptiveField.union([left, nil]) == nil)
    #expect(ReceptiveField.union([left, ReceptiveField(size: 3, stride: 4, offset: 0)]) == nil)
  }

  @Test func floorDivisionRoundsDown() {
    for numerator in -30...30 {
      for denominator in 1...7 {
        let quotient = floorDivide(numerator, denominator)
        #expect(quotient * denominator <= numerator && (quotient + 1) * denominator > numerator)
      }
    }
  }
}
