import CKernels

extension Workers {
  /// Calls `body` with each fixed block of `0..<count`.
  ///
  /// - Parameter length: elements in a block.
  public func forEachRange(of count: Int, length: Int = 1 << 16, _ body: (Range<Int>) -> Void) {
    forEach((count + length - 1) / length) { block in
      body(block * length..<min(count, (block + 1) * length))
    }
  }
}

extension Tensor {
  /// Adds `other`, of the same shape, element by element, in place.
  public mutating func add(_ other: Tensor, on workers: Workers) {
    precondition(shape == other.shape, "cannot add \(other.shape) to \(shape)")
    withUnsafeMutableBuffer { sum in
      other.withUnsafeBuffer { term in
        workers.forEachRange(of: sum.count) { range in
          for index in range { sum[index] += term[index] }
        }
      }
    }
  }

  /// Multiplies every element by `factor`, in place.
  public mutating func scale(by factor: Float) {
    withUnsafeMutableBuffer { buffer in
      for index in buffer.indices { buffer[index] *= factor }
    }
  }

  /// Sets to zero the elements where `output` is not strictly between `floor` and `ceiling`: the gradient
  /// of clipping, from the clipped output.
  public mutating func mask(
    where output: Tensor, isBetween floor: Float, and ceiling: Float, on workers: Workers
  ) {
    precondition(shape == output.shape, "cannot mask \(shape) by \(output.shape)")
    withUnsafeMutableBuffer { gradient in
      output.withUnsafeBuffer { output in
        guard let gradient = gradient.baseAddress, let values = output.baseAddress else { return }
        let (g, v) = (gradient, values)
        workers.forEachRange(of: output.count) { range in
          pk_mask_gradient(g + range.lowerBound, v + range.lowerBound, range.count, floor, ceiling)
        }
      }
    }
  }
}

/// The sum of `count` floats: sixteen running sums in fp32, joined in double precision.
///
/// Vectorised by hand because strict floating point forbids the compiler to reorder a sum.
public func sum(_ start: UnsafePointer<Float>, count: Int) -> Double {
  var lanes = SIMD16<Float>.zero
  let whole = count & ~15
  let raw = UnsafeRawPointer(start)
  for index in stride(from: 0, to: whole, by: 16) {
    lanes += raw.loadUnaligned(fromByteOffset: index * 4, as: SIMD16<Float>.self)
  }
  var total = 0.0
  for lane in 0..<16 { total += Double(lanes[lane]) }
  for index in whole..<count { total += Double(start[index]) }
  return total
}

/// The sum of products of two runs of `count` floats.
public func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
  var lanes = SIMD16<Float>.zero
  let whole = count & ~15
  let (rawA, rawB) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
  for index in stride(from: 0, to: whole, by: 16) {
    lanes +=
      rawA.loadUnaligned(fromByteOffset: index * 4, as: SIMD16<Float>.self)
      * rawB.loadUnaligned(fromByteOffset: index * 4, as: SIMD16<Float>.self)
  }
  var total = 0.0
  for lane in 0..<16 { total += Double(lanes[lane]) }
  for index in whole..<count { total += Double(a[index]) * Double(b[index]) }
  return total
}
