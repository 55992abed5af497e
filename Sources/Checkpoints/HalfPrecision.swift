/// The two 16-bit float formats, converted by their bits so that loops over them vectorise.
enum HalfPrecision {
  /// The value of an IEEE 754 binary16 number; exact.
  @inline(__always)
  static func float(binary16 bits: UInt16) -> Float {
    // The exponent and fraction moved into place are the value times 2⁻¹¹²; the product is exact for
    // subnormals too.
    let magnitude = Float(bitPattern: UInt32(bits & 0x7FFF) << 13) * 0x1p112
    let sign = UInt32(bits & 0x8000) << 16
    // 2¹⁶ and above can only come from the exponent of infinities and NaNs.
    let special: UInt32 = magnitude >= 0x1p16 ? 0x7F80_0000 : 0
    return Float(bitPattern: magnitude.bitPattern | special | sign)
  }

  /// The value of a bfloat16 number, the upper half of an fp32 one; exact.
  @inline(__always)
  static func float(bfloat16 bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  /// The nearest binary16 number, ties to even; infinite beyond 65,504 once rounded.
  static func binary16(_ value: Float) -> UInt16 { Float16(value).bitPattern }

  /// The nearest bfloat16 number, ties to even; infinite when rounding passes the largest.
  static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    guard !value.isNaN else { return UInt16(bits >> 16) | 0x40 }
    let tieToEven = 0x7FFF + ((bits >> 16) & 1)
    return UInt16((bits &+ tieToEven) >> 16)
  }
}
