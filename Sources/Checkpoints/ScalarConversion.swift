/// Stored elements, at any alignment and little-endian, to fp32.
enum ScalarConversion {
  /// Converts as many elements as `destination` has.
  ///
  /// - Parameters:
  ///   - first: the first element, counted in elements from the start of `source`.
  ///   - step: elements from one to the next; all of them lie inside `source`.
  static func convert(
    _ source: UnsafeRawBufferPointer, from first: Int, step: Int, as type: ScalarType,
    into destination: UnsafeMutableBufferPointer<Float>
  ) {
    guard let base = source.baseAddress, !destination.isEmpty else { return }
    let size = type.byteCount
    precondition(first >= 0 && step >= 0)
    precondition((first + (destination.count - 1) * step) * size + size <= source.count)
    let start = base + first * size
    let stride = step * size
    switch type {
    case .float32: fill(destination, start, stride) { Float(bitPattern: UInt32(littleEndian: $0)) }
    case .float64: fill(destination, start, stride) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
    case .float16:
      fill(destination, start, stride) { HalfPrecision.float(binary16: UInt16(littleEndian: $0)) }
    case .bfloat16:
      fill(destination, start, stride) { HalfPrecision.float(bfloat16: UInt16(littleEndian: $0)) }
    case .int64: fill(destination, start, stride) { Float(Int64(littleEndian: $0)) }
    case .int32: fill(destination, start, stride) { Float(Int32(littleEndian: $0)) }
    case .int16: fill(destination, start, stride) { Float(Int16(littleEndian: $0)) }
    case .int8: fill(destination, start, stride) { (value: Int8) in Float(value) }
    case .uint8: fill(destination, start, stride) { (value: UInt8) in Float(value) }
    case .bool: fill(destination, start, stride) { (value: UInt8) in value == 0 ? 0 : 1 }
    }
  }

  @inline(__always)
  private static func fill<Stored: BitwiseCopyable>(
    _ destination: UnsafeMutableBufferPointer<Float>, _ start: UnsafeRawPointer, _ stride: Int,
    _ value: (Stored) -> Float
  ) {
    let size = MemoryLayout<Stored>.size
    // The same loop twice: with the step known, the compiler converts several elements at a time.
    if stride == size {
      for index in destination.indices {
        destination[index] = value(start.loadUnaligned(fromByteOffset: index &* size, as: Stored.self))
      }
    } else {
      for index in destination.indices {
        destination[index] = value(start.loadUnaligned(fromByteOffset: index &* stride, as: Stored.self))
      }
    }
  }
}
