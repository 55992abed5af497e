import Tensors

/// `count` numbers in 0..<1 that depend on `name` alone: SplitMix64 from the name's FNV-1a hash. The script
/// computes the same.
package func formulaNumbers(_ name: String, _ count: Int) -> [Double] {
  let state = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  return (0..<count).map { index in
    var z = state &+ UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z = z ^ (z >> 31)
    return Double(z >> 40) * 0x1p-24
  }
}

/// A tensor of uniform random numbers that depend on the seed alone.
package func randomTensor(_ shape: Shape, seed: UInt64, in range: ClosedRange<Float> = 0...1) -> Tensor {
  var generator = SeededGenerator(seed: seed)
  return Tensor(uniform: range, shape: shape, using: &generator)
}
