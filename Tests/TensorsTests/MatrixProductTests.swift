import Testing

@testable import Tensors

@Suite("Matrix product")
struct MatrixProductTests {
  struct Problem: CustomTestStringConvertible {
    let m, n, k: Int
    var testDescription: String { "\(m) × \(n) × \(k)" }
  }

  static let problems = [
    Problem(m: 1, n: 1, k: 1), Problem(m: 2, n: 3, k: 4), Problem(m: 1, n: 9, k: 5),
    Problem(m: 7, n: 1, k: 3),
    Problem(m: 17, n: 19, k: 23), Problem(m: 33, n: 70, k: 65), Problem(m: 4, n: 5, k: 0),
  ]

  @Test(arguments: problems, [(false, false), (false, true), (true, false), (true, true)])
  func equalsTheTripleLoop(problem: Problem, transposed: (a: Bool, b: Bool)) {
    for padding in [0, 3] {
      for beta in [0, 1] as [Float] { check(problem, transposed, padding: padding, beta: beta) }
    }
  }

  private func check(
    _ problem: Problem, _ transposed: (a: Bool, b: Bool), padding: Int, beta: Float
  ) {
    let (m, n, k) = (problem.m, problem.n, problem.k)
    let aShape = transposed.a ? (rows: k, columns: m) : (rows: m, columns: k)
    let bShape = transposed.b ? (rows: n, columns: k) : (rows: k, columns: n)
    let (aStride, bStride, cStride) = (
      max(1, aShape.columns) + padding, max(1, bShape.columns) + padding, n + padding
    )
    var generator = SeededGenerator(seed: UInt64(m * 10_000 + n * 100 + k))
    let a = Tensor(uniform: -1...1, shape: [max(1, aShape.rows * aStride)], using: &generator).elements
    let b = Tensor(uniform: -1...1, shape: [max(1, bShape.rows * bStride)], using: &generator).elements
    let before = Tensor(uniform: -1...1, shape: [m * cStride], using: &generator).elements
    var c = before
    matrixProduct(
      m: m, n: n, k: k, a: a, aStride: aStride, transposedA: transposed.a, b: b, bStride: bStride,
      transposedB: transposed.b, beta: beta, c: &c, cStride: cStride)
    for row in 0..<m {
      for column in 0..<cStride {
        let index = row * cStride + column
        guard column < n else {
          #expect(c[index] == before[index], "the gap between rows is left alone")
          continue
        }
        let product = (0..<k).reduce(0.0) { total, inner in
          let left = transposed.a ? a[inner * aStride + row] : a[row * aStride + inner]
          let right = transposed.b ? b[column * bStride + inner] : b[inner * bStride + column]
          return total + Double(left) * Double(right)
        }
        let expected = product + Double(beta) * Double(before[index])
        #expect(abs(Double(c[index]) - expected) < 1e-6 * Double(k + 1))
      }
    }
  }

  @Test func anEmptyProductLeavesItsTargetAlone() {
    var c: [Float] = [7]
    matrixProduct(m: 0, n: 1, k: 1, a: [1], aStride: 1, b: [1], bStride: 1, c: &c, cStride: 1)
    matrixProduct(m: 1, n: 0, k: 1, a: [1], aStride: 1, b: [1], bStride: 1, c: &c, cStride: 1)
    #expect(c == [7])
  }

  @Test func overwritingIgnoresWhatStoodThere() {
    var c: [Float] = [.nan, .infinity]
    matrixProduct(m: 1, n: 2, k: 1, a: [2], aStride: 1, b: [3, 4], bStride: 2, c: &c, cStride: 2)
    #expect(c == [6, 8])
  }
}
