import Testing

@testable import Tensors

@Suite("Symmetric eigenvalues")
struct SymmetricEigenTests {
  @Test func knowsAMatrixOfTwo() {
    let found = SymmetricEigen([2, 1, 1, 2], size: 2)
    #expect(abs(found.values[0] - 3) < 1e-14 && abs(found.values[1] - 1) < 1e-14)
    #expect(abs(found.vectors[0][0] - 0.5.squareRoot()) < 1e-14)
    #expect(abs(found.vectors[0][1] - 0.5.squareRoot()) < 1e-14)
  }

  @Test(arguments: [1, 2, 7, 40])
  func vectorsAreOrthonormalAndRebuildTheMatrix(size: Int) {
    var generator = SeededGenerator(seed: UInt64(size))
    var matrix = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0...row {
        let value = Double(generator.uniform(in: -3...3))
        matrix[row * size + column] = value
        matrix[column * size + row] = value
      }
    }
    let found = SymmetricEigen(matrix, size: size)
    #expect(found.values == found.values.sorted(by: >))
    for row in 0..<size {
      for column in 0..<size {
        let product = (0..<size).reduce(0.0) { $0 + found.vectors[row][$1] * found.vectors[column][$1] }
        #expect(abs(product - (row == column ? 1 : 0)) < 1e-12)
        let rebuilt = (0..<size).reduce(0.0) {
          $0 + found.values[$1] * found.vectors[$1][row] * found.vectors[$1][column]
        }
        #expect(abs(rebuilt - matrix[row * size + column]) < 1e-11)
      }
    }
  }

  @Test func aMatrixWithoutRankHasZeros() {
    let found = SymmetricEigen([4, 2, 6, 2, 1, 3, 6, 3, 9], size: 3)
    #expect(abs(found.values[0] - 14) < 1e-13)
    #expect(abs(found.values[1]) < 1e-13 && abs(found.values[2]) < 1e-13)
  }

  @Test func theSignIsFixed() {
    for vector in SymmetricEigen([1, -2, -2, 1], size: 2).vectors {
      let greatest = vector.max { abs($0) < abs($1) } ?? 0
      #expect(greatest > 0)
    }
  }
}
