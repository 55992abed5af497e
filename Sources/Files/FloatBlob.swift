import Foundation

/// Arrays of fp32 as little-endian bytes, bit for bit.
public enum FloatBlob {
  public static func encode(_ values: [Float]) -> Data {
    var data = Data(capacity: values.count * 4)
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    return data
  }

  /// Nil when the length is not a multiple of 4 bytes.
  public static func decode(_ data: Data) -> [Float]? {
    guard data.count.isMultiple(of: 4) else { return nil }
    return data.withUnsafeBytes { bytes in
      (0..<data.count / 4).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
      }
    }
  }
}
