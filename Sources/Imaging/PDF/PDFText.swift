import Files

/// Text as a PDF holds it, in the encoding WinAnsi, which its built-in fonts know.
enum PDFText {
  /// A literal string with its brackets: what would end it or is not ASCII is escaped; characters that the encoding
  /// lacks become question marks.
  static func literal(_ text: String) -> String {
    "(" + printable(text).unicodeScalars.map(escaped).joined() + ")"
  }

  /// A string of the document's description, which has encodings of its own: UTF-16 in hexadecimal digits.
  static func description(_ text: String) -> String {
    let digits = printable(text).utf16.map { unit in
      String(repeating: "0", count: 4 - String(unit, radix: 16).count) + String(unit, radix: 16)
    }
    return "<feff\(digits.joined())>"
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "(", ")", "\\": return "\\\(scalar)"
    default:
      let byte = byte(scalar)
      return byte < 127 ? String(Unicode.Scalar(byte)) : "\\" + String(byte, radix: 8)
    }
  }

  private static func byte(_ scalar: Unicode.Scalar) -> UInt8 {
    switch scalar.value {
    case 32..<127, 0xA1...0xFF: UInt8(scalar.value)
    default: windows[scalar] ?? UInt8(ascii: "?")
    }
  }

  /// The characters that Windows-1252 has and Latin-1 has not.
  private static let windows: [Unicode.Scalar: UInt8] = [
    "€": 0x80, "‚": 0x82, "ƒ": 0x83, "„": 0x84, "…": 0x85, "†": 0x86, "‡": 0x87, "ˆ": 0x88, "‰": 0x89,
    "Š": 0x8A,
    "‹": 0x8B, "Œ": 0x8C, "Ž": 0x8E, "‘": 0x91, "’": 0x92, "“": 0x93, "”": 0x94, "•": 0x95, "–": 0x96,
    "—": 0x97,
    "˜": 0x98, "™": 0x99, "š": 0x9A, "›": 0x9B, "œ": 0x9C, "ž": 0x9E, "Ÿ": 0x9F,
  ]
}
