/// The 32-bit cyclic redundancy check of zip archives (polynomial 0xEDB88320, reflected), eight bytes a step
/// (Kounavis & Berry, 2005).
enum CyclicRedundancyCheck {
  /// Eight tables of 256: entry `k · 256 + b` advances byte `b` over `k` zero bytes.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : (value >> 1) ^ 0xEDB8_8320 }
      tables[byte] = value
    }
    for index in 256..<tables.count {
      let previous = tables[index - 256]
      tables[index] = (previous >> 8) ^ tables[Int(previous & 0xFF)]
    }
    return tables
  }()

  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    guard let base = bytes.baseAddress else { return 0 }
    return tables.withUnsafeBufferPointer { table in
      var checksum: UInt32 = 0xFFFF_FFFF
      var offset = 0
      while bytes.count - offset >= 8 {
        let word =
          UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
          ^ UInt64(checksum)
        var next: UInt32 = 0
        for byte in 0..<8 {
          next ^= table[(7 - byte) * 256 + Int((word >> (UInt64(byte) * 8)) & 0xFF)]
        }
        checksum = next
        offset += 8
      }
      while offset < bytes.count {
        checksum = (checksum >> 8) ^ table[Int((checksum ^ UInt32(bytes[offset])) & 0xFF)]
        offset += 1
      }
      return ~checksum
    }
  }
}
