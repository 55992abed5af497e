import Testing

@testable import Tensors

@Suite("Seeded generator")
struct SeededGeneratorTests {
  /// From a separate implementation in Python of xoshiro256** seeded through SplitMix64.
  private static let published: [(seed: UInt64, numbers: [UInt64])] = [
    (0, [0x99EC_5F36_CB75_F2B4, 0xBF6E_1F78_4956_452A, 0x1A5F_849D_4933_E6E0, 0x6AA5_94F1_262D_2D2C]),
    (1, [0xB3F2_AF6D_0FC7_10C5, 0x853B_5596_4736_4CEA, 0x92F8_9756_082A_4514, 0x642E_1C7B_C266_A3A7]),
    (
      20_190_401,
      [0x9204_37C4_50A2_412B, 0x9D9A_7226_B9AB_C7F9, 0xE045_2D61_F576_1252, 0x853B_FEF3_C7B7_88EB]
    ),
  ]

  @Test(arguments: published)
  func givesThePublishedNumbers(seed: UInt64, numbers: [UInt64]) {
    var generator = SeededGenerator(seed: seed)
    #expect(numbers.map { _ in generator.next() } == numbers)
  }

  @Test func streamsHaveGoldenNumbersToo() {
    var generator = SeededGenerator(seed: 7, stream: 3)
    #expect([generator.next(), generator.next()] == [0xEEB1_748B_9C69_A08C, 0x3CCA_3617_8F67_361B])
  }

  @Test func streamsAreIndependent() {
    let count = 20_000
    func numbers(_ seed: UInt64, _ stream: UInt64) -> [Float] {
      var generator = SeededGenerator(seed: seed, stream: stream)
      return (0..<count).map { _ in generator.uniform(in: -1...1) }
    }
    let runs = [numbers(1, 0), numbers(1, 1), numbers(1, 2), numbers(2, 0), numbers(2, 1), numbers(0, 1)]
    for left in runs.indices {
      for right in runs.indices where right > left {
        let mean = zip(runs[left], runs[right]).reduce(0.0) { $0 + Double($1.0 * $1.1) } / Double(count)
        // The product of two independent numbers has variance 1/9: five standard errors.
        #expect(abs(mean) < 5.0 / 3 / Double(count).squareRoot(), "runs \(left) and \(right)")
      }
    }
  }

  @Test func theFirstNumbersOfManyStreamsDiffer() {
    let first = (0..<10_000).map { stream in
      var generator = SeededGenerator(seed: 5, stream: UInt64(stream))
      return generator.next()
    }
    #expect(Set(first).count == first.count)
  }

  @Test func uniformNumbersFillTheirRangeEvenly() {
    var generator = SeededGenerator(seed: 11)
    var bins = [Int](repeating: 0, count: 10)
    let count = 100_000
    for _ in 0..<count {
      let value = generator.uniform(in: 2...4)
      #expect(value >= 2 && value <= 4)
      bins[min(9, Int((value - 2) * 5))] += 1
    }
    // Five standard deviations of a bin's binomial count.
    for bin in bins { #expect(abs(Double(bin) - 10_000) < 5 * (10_000 * 0.9).squareRoot()) }
  }

  /// The greatest number a generator can give must not round past the end of a range.
  @Test(
    arguments: [0...1, -1...0.001, -22.5...22.5, 0.1...0.3, -1e-3...1e3, -0.7...0.1, 5...5]
      as [ClosedRange<Float>])
  func uniformNumbersStayInsideTheirRange(range: ClosedRange<Float>) {
    var greatest = Constant(value: .max)
    var least = Constant(value: 0)
    #expect(range.contains(greatest.uniform(in: range)))
    #expect(least.uniform(in: range) == range.lowerBound)
    var generator = SeededGenerator(seed: 12)
    for _ in 0..<1000 {
      let (a, b) = (generator.uniform(in: -1...1), generator.uniform(in: -0.01...0.01))
      let other = min(a, b)...max(a, b)
      #expect(other.contains(greatest.uniform(in: other)), "\(other)")
    }
  }

  @Test func wholeNumbersBelowABoundAllOccur() {
    var generator = SeededGenerator(seed: 13)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[generator.uniform(below: 7)] += 1 }
    for count in counts { #expect(abs(Double(count) - 10_000) < 5 * (10_000 * 6.0 / 7).squareRoot()) }
    #expect(generator.uniform(below: 1) == 0)
  }

  @Test func normalNumbersHaveTheMomentsOfTheStandardNormal() {
    var generator = SeededGenerator(seed: 14)
    let count = 200_000
    let values = (0..<count).map { _ in Double(generator.normal()) }
    #expect(values.allSatisfy { $0.isFinite })
    func moment(_ power: Int) -> Double {
      values.reduce(0) { total, value in total + (0..<power).reduce(1.0) { product, _ in product * value } }
        / Double(count)
    }
    // Five standard errors: the variances of x, x², x³ and x⁴ are 1, 2, 15 and 96.
    let scale = 5 / Double(count).squareRoot()
    #expect(abs(moment(1)) < scale)
    #expect(abs(moment(2) - 1) < scale * 2.0.squareRoot())
    #expect(abs(moment(3)) < scale * 15.0.squareRoot())
    #expect(abs(moment(4) - 3) < scale * 96.0.squareRoot())
  }

  @Test func normalNumbersAreFiniteAtBothEndsOfTheGenerator() {
    var greatest = Constant(value: .max)
    var least = Constant(value: 0)
    #expect(greatest.normal().isFinite)
    #expect(least.normal().isFinite)
  }

  @Test func randomTensorsFollowTheirGenerator() {
    var one = SeededGenerator(seed: 15)
    var two = SeededGenerator(seed: 15)
    let uniform = Tensor(uniform: 0...2, shape: [3, 5], using: &one)
    #expect(uniform.elements == (0..<15).map { _ in two.uniform(in: 0...2) })
    let normal = Tensor(normal: 3, shape: [4], using: &one)
    #expect(normal.elements == (0..<4).map { _ in 3 * two.normal() })
  }
}

/// A generator that gives one number for ever.
private struct Constant: RandomNumberGenerator {
  let value: UInt64
  func next() -> UInt64 { value }
}
