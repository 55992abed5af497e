import Tensors

/// Where a tensor's elements are in a file: bytes of one type, walked by offset, sizes and strides.
struct TensorLayout: Sendable {
  let type: ScalarType
  /// The storage's bytes in the file; a whole number of elements, checked against the file's size.
  let bytes: Range<Int>
  /// The first element, counted in elements from the start of `bytes`.
  let offset: Int
  /// The tensor's shape; its product does not overflow.
  let sizes: [Int]
  /// Elements to step along each dimension; as many as `sizes`.
  let strides: [Int]

  /// The most dimensions a tensor may have, as in PyTorch.
  static let largestRank = 64

  var count: Int { sizes.reduce(1, *) }

  /// Whether the elements follow one another in row-major order.
  var isContiguous: Bool {
    var expected = 1
    for (size, stride) in zip(sizes, strides).reversed() where size != 1 {
      guard stride == expected else { return false }
      expected *= size
    }
    return true
  }

  /// The row-major strides of a shape whose product does not overflow.
  static func contiguousStrides(of sizes: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: sizes.count)
    for index in sizes.indices.dropLast().reversed() {
      strides[index] = strides[index + 1] * max(sizes[index + 1], 1)
    }
    return strides
  }

  /// The product of sizes; nil when one is negative or the product, zeros aside, overflows.
  static func count(of sizes: [Int]) -> Int? {
    var product = 1
    for size in sizes {
      guard size >= 0 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: max(size, 1))
      guard !overflow else { return nil }
      product = next
    }
    return sizes.contains(0) ? 0 : product
  }

  /// One past the last element that is reached; nil when a number is negative or the sum overflows.
  static func reach(offset: Int, sizes: [Int], strides: [Int]) -> Int? {
    guard offset >= 0, sizes.count == strides.count else { return nil }
    guard sizes.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }) else { return nil }
    guard !sizes.contains(0) else { return offset }
    var last = offset
    for (size, stride) in zip(sizes, strides) {
      let (step, stepOverflow) = (size - 1).multipliedReportingOverflow(by: stride)
      let (next, overflow) = last.addingReportingOverflow(step)
      guard !stepOverflow, !overflow else { return nil }
      last = next
    }
    let (end, overflow) = last.addingReportingOverflow(1)
    return overflow ? nil : end
  }

  /// The elements as an fp32 tensor.
  func tensor(from file: CheckpointFile) -> Tensor {
    Tensor(uninitialized: Shape(sizes)) { destination in
      file.withBytes(of: bytes) { source in
        if isContiguous {
          ScalarConversion.convert(source, from: offset, step: 1, as: type, into: destination)
        } else {
          convertRows(of: source, into: destination)
        }
      }
    }
  }

  /// Converts row by row, where a row runs along the last dimension.
  private func convertRows(
    of source: UnsafeRawBufferPointer, into destination: UnsafeMutableBufferPointer<Float>
  ) {
    // A dimension of size 1 is never stepped along, whatever its stride says.
    let steps = zip(sizes, strides).map { size, stride in size == 1 ? 0 : stride }
    guard let length = sizes.last, let step = steps.last, !destination.isEmpty else { return }
    var indices = [Int](repeating: 0, count: sizes.count - 1)
    var first = offset
    for start in stride(from: 0, to: destination.count, by: length) {
      let row = UnsafeMutableBufferPointer(rebasing: destination[start..<start + length])
      ScalarConversion.convert(source, from: first, step: step, as: type, into: row)
      for dimension in indices.indices.reversed() {
        indices[dimension] += 1
        first += steps[dimension]
        if indices[dimension] < sizes[dimension] { break }
        first -= steps[dimension] * sizes[dimension]
        indices[dimension] = 0
      }
    }
  }
}
