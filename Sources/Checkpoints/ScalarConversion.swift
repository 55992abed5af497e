/// Stored elements, at any alignment and little-endian, to fp32.
enum ScalarConversion {
  /// Converts `destination.count` consecutive elements; `source` holds exactly that many.
  static func convert(
    _ source: UnsafeRawBufferPointer, as type: ScalarType,
    into destination: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(source.count == destination.count * type.byteCount)
    switch type {
    case .float32:
      #if _endian(little)
        UnsafeMutableRawBufferPointer(destination).copyMemory(from: source)
      #else
        fill(destination, from: source) { Float(bitPattern: UInt32(littleEndian: $0)) }
      #endif
    case .float64: fill(destination, from: source) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
    case .float16: fill(destination, from: source) { HalfPrecision.float(binary16: UInt16(littleEndian: $0)) }
    case .bfloat16:
      fill(destination, from: source) { HalfPrecision.float(bfloat16: UInt16(littleEndian: $0)) }
    case .int64: fill(destination, from: source) { Float(Int64(littleEndian: $0)) }
    case .int32: fill(destination, from: source) { Float(Int32(littleEndian: $0)) }
    case .int16: fill(destination, from: source) { Float(Int16(littleEndian: $0)) }
    case .int8: fill(destination, from: source) { (value: Int8) in Float(value) }
    case .uint8: fill(destination, from: source) { (value: UInt8) in Float(value) }
    case .bool: fill(destination, from: source) { (value: UInt8) in value == 0 ? 0 : 1 }
    }
  }

  /// One element, counted in elements from the start of `source`.
  static func float(_ source: UnsafeRawBufferPointer, at index: Int, as type: ScalarType) -> Float {
    var value: Float = 0
    let start = index * type.byteCount
    let element = UnsafeRawBufferPointer(rebasing: source[start..<start + type.byteCount])
    withUnsafeMutablePointer(to: &value) { pointer in
      convert(element, as: type, into: UnsafeMutableBufferPointer(start: pointer, count: 1))
    }
    return value
  }

  @inline(__always)
  private static func fill<Stored: BitwiseCopyable>(
    _ destination: UnsafeMutableBufferPointer<Float>, from source: UnsafeRawBufferPointer,
    _ value: (Stored) -> Float
  ) {
    let size = MemoryLayout<Stored>.size
    guard let base = source.baseAddress else { return }
    for index in destination.indices {
      destination[index] = value(base.loadUnaligned(fromByteOffset: index &* size, as: Stored.self))
    }
  }
}
