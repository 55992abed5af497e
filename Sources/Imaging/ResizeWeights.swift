/// The weights that make pixels along one axis out of the pixels before resizing.
///
/// Whole numbers in units of 2⁻²², as in Pillow: eight bits for the pixel, two to spare for overshoot, the
/// rest of 32 for the weight. Rounding them is part of the result, so the arithmetic here follows Pillow's
/// step by step.
struct ResizeWeights {
  static let precisionBits: Int32 = 32 - 8 - 2

  /// The pixels made, of all that the new size has.
  let outputs: Range<Int>
  /// For each pixel made, the first pixel it looks at and how many.
  private(set) var first: [Int] = []
  private(set) var count: [Int] = []
  /// The weights, `stride` for each pixel made.
  private(set) var weights: [Int32] = []
  let stride: Int

  /// - Parameters:
  ///   - oldSize: pixels before resizing.
  ///   - newSize: pixels after resizing.
  ///   - outputs: which of those to make.
  init(from oldSize: Int, to newSize: Int, outputs: Range<Int>, interpolation: Interpolation) {
    self.outputs = outputs
    let scale = Double(oldSize) / Double(newSize)
    // When shrinking, the kernel is stretched so that no pixel is overlooked.
    let stretch = max(scale, 1)
    let support = interpolation.support * stretch
    stride = min(Int(support.rounded(.up)) * 2 + 1, oldSize)
    weights = [Int32](repeating: 0, count: stride * outputs.count)
    first.reserveCapacity(outputs.count)
    count.reserveCapacity(outputs.count)
    var exact = [Double](repeating: 0, count: stride)
    for (index, output) in outputs.enumerated() {
      let center = (Double(output) + 0.5) * scale
      let lower = max(Int(center - support + 0.5), 0)
      let upper = min(Int(center + support + 0.5), oldSize)
      var sum = 0.0
      for step in 0..<upper - lower {
        exact[step] = interpolation.weight(at: (Double(step + lower) - center + 0.5) * (1 / stretch))
        sum += exact[step]
      }
      for step in 0..<upper - lower {
        let share = (sum == 0 ? exact[step] : exact[step] / sum) * Double(1 << ResizeWeights.precisionBits)
        weights[index * stride + step] = Int32(share < 0 ? share - 0.5 : share + 0.5)
      }
      first.append(lower)
      count.append(upper - lower)
    }
  }

  /// The pixels that any of the pixels made looks at.
  var inputs: Range<Int> {
    guard let lower = first.min(), let upper = zip(first, count).map({ $0 + $1 }).max() else { return 0..<0 }
    return lower..<upper
  }
}
