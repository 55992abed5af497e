import Foundation

/// A small, fast, seeded source of random numbers: xoshiro256** (Blackman & Vigna, 2018), seeded through
/// SplitMix64. The same seed gives the same numbers on every machine.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  public init(seed: UInt64) {
    var mixer = seed
    func mixed() -> UInt64 {
      mixer &+= 0x9E37_79B9_7F4A_7C15
      var z = mixer
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    state = (mixed(), mixed(), mixed(), mixed())
  }

  /// An independent generator for the `stream`-th item of a seeded run: the numbers for an image do not
  /// depend on which images came before it.
  public init(seed: UInt64, stream: UInt64) {
    var first = SeededGenerator(seed: seed)
    self.init(seed: first.next() ^ (stream &* 0xD134_2543_DE82_EF95 &+ 0x2545_F491_4F6C_DD1D))
  }

  /// An independent generator for the item of that name in a seeded run: its numbers depend on nothing else that is
  /// asked.
  public init(seed: UInt64, named name: String) {
    // Fowler, Noll & Vo's 64-bit hash, variant 1a.
    self.init(
      seed: seed,
      stream: name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
  }

  public mutating func next() -> UInt64 {
    func rotated(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
    let result = rotated(state.1 &* 5, 7) &* 9
    let t = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= t
    state.3 = rotated(state.3, 45)
    return result
  }
}

extension RandomNumberGenerator {
  /// A number in `range`, uniform over the 2²⁴ steps fp32 resolves in 0..<1.
  public mutating func uniform(in range: ClosedRange<Float> = 0...1) -> Float {
    let unit = Float(next() >> 40) * 0x1p-24
    return range.lowerBound + (range.upperBound - range.lowerBound) * unit
  }

  /// A whole number in `0..<bound`, without bias.
  public mutating func uniform(below bound: Int) -> Int {
    precondition(bound > 0)
    return Int(next(upperBound: UInt64(bound)))
  }

  /// A number from the standard normal distribution (Box & Muller, 1958).
  public mutating func normal() -> Float {
    let radius = (-2 * log(1 - Double(next() >> 11) * 0x1p-53)).squareRoot()
    return Float(radius * cos(2 * Double.pi * Double(next() >> 11) * 0x1p-53))
  }
}

extension Tensor {
  /// Independent uniform numbers.
  public init(
    uniform range: ClosedRange<Float>, shape: Shape, using generator: inout some RandomNumberGenerator
  ) {
    self.init(uninitialized: shape) { buffer in
      for index in buffer.indices { buffer[index] = generator.uniform(in: range) }
    }
  }

  /// Independent numbers from a normal distribution with mean 0.
  public init(
    normal standardDeviation: Float, shape: Shape, using generator: inout some RandomNumberGenerator
  ) {
    self.init(uninitialized: shape) { buffer in
      for index in buffer.indices { buffer[index] = standardDeviation * generator.normal() }
    }
  }
}
