import Testing

@testable import Tensors

@Suite("Elementwise work")
struct ElementwiseTests {
  /// Lengths around the vector width and the block length.
  static let lengths = [0, 1, 15, 16, 17, 33, 1000, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, 200_000]

  private func numbers(_ count: Int, seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return Tensor(uniform: -1...1, shape: [count], using: &generator)
  }

  @Test(arguments: lengths)
  func rangesCoverEachIndexOnce(count: Int) {
    var visits = [Int](repeating: 0, count: count)
    visits.withUnsafeMutableBufferPointer { visits in
      nonisolated(unsafe) let visits = visits
      Workers(count: 3).forEachRange(of: count) { range in
        for index in range { visits[index] += 1 }
      }
    }
    #expect(visits.allSatisfy { $0 == 1 })
  }

  @Test(arguments: lengths)
  func addAddsElementByElement(count: Int) {
    let (left, right) = (numbers(count, seed: 1), numbers(count, seed: 2))
    var total = left
    total.add(right, on: Workers(count: 2))
    #expect(total.elements == zip(left.elements, right.elements).map { $0 + $1 })
    #expect(left == numbers(count, seed: 1))
  }

  @Test func aTensorCanBeAddedToItself() {
    var tensor = numbers(100, seed: 3)
    tensor.add(tensor, on: Workers(count: 2))
    #expect(tensor.elements == numbers(100, seed: 3).elements.map { 2 * $0 })
  }

  @Test func scaleMultiplies() {
    var tensor = numbers(100, seed: 3)
    tensor.scale(by: -0.5)
    #expect(tensor.elements == numbers(100, seed: 3).elements.map { -0.5 * $0 })
  }

  @Test(arguments: lengths)
  func maskKeepsOnlyWhatLiesStrictlyBetween(count: Int) {
    // Outputs −1, 0, 1 … 7: both corners and both sides of 0…6 occur.
    let output = Tensor((0..<count).map { Float($0 % 9 - 1) }, shape: [count])
    var gradient = numbers(count, seed: 4)
    let before = gradient.elements
    gradient.mask(where: output, isBetween: 0, and: 6, on: Workers(count: 3))
    #expect(
      gradient.elements
        == zip(before, output.elements).map { value, output in output > 0 && output < 6 ? value : 0 })
  }

  @Test func maskWithoutCeilingKeepsEverythingAboveTheFloor() {
    let output = Tensor([-2, 0, 0.5, 3e38, .nan], shape: [5])
    var gradient = Tensor([1, 2, 3, 4, 5], shape: [5])
    gradient.mask(where: output, isBetween: 0, and: .infinity, on: Workers(count: 1))
    #expect(gradient.elements == [0, 0, 3, 4, 0])
  }

  @Test(arguments: lengths)
  func sumAndDotAgreeWithDoublePrecision(count: Int) {
    let (left, right) = (numbers(count, seed: 5), numbers(count, seed: 6))
    // Sixteen running sums in fp32: the error grows with the length of each.
    let tolerance = 1e-6 * max(1, Double(count)).squareRoot() * 2
    let total = left.elements.reduce(0.0) { $0 + Double($1) }
    let product = zip(left.elements, right.elements).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    left.withUnsafeBuffer { l in
      right.withUnsafeBuffer { r in
        guard let l = l.baseAddress, let r = r.baseAddress else { return }
        #expect(abs(sum(l, count: count) - total) <= tolerance)
        #expect(abs(dot(l, r, count: count) - product) <= tolerance)
      }
    }
  }

  @Test func sumsOfWholeNumbersAreExactAtAnyAlignment() {
    let tensor = Tensor((0..<200).map(Float.init), shape: [200])
    tensor.withUnsafeBuffer { buffer in
      guard let start = buffer.baseAddress else { return }
      for offset in 0..<20 {
        let count = 200 - 2 * offset
        let values = (offset..<offset + count).map(Double.init)
        #expect(sum(start + offset, count: count) == values.reduce(0, +))
        #expect(dot(start + offset, start + offset, count: count) == values.reduce(0) { $0 + $1 * $1 })
      }
    }
  }
}
