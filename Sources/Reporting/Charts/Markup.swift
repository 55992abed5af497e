/// HTML or SVG that Patchwork made itself. Text from files, folders and cards gets in only through
/// `init(text:)`, which escapes it.
struct Markup: Hashable, Sendable {
  private(set) var html: String

  /// Nothing.
  init() { html = "" }

  /// Text, escaped.
  init(text: String) { html = Markup.escaped(text) }

  /// Several pieces, one after another.
  init(_ pieces: [Markup]) { html = pieces.map(\.html).joined() }

  /// An element; attribute values are escaped, names are not.
  init(_ name: StaticString, _ attributes: KeyValuePairs<String, String> = [:], _ content: [Markup] = []) {
    var html = "<\(name)"
    for (key, value) in attributes { html += " \(key)=\"\(Markup.escaped(value))\"" }
    html += content.isEmpty ? "/>" : ">" + content.map(\.html).joined() + "</\(name)>"
    self.html = html
  }

  static func + (left: Markup, right: Markup) -> Markup { Markup([left, right]) }

  /// `text` with every character escaped that could end text or an attribute.
  ///
  /// Works on Unicode scalars, not on characters: in `"` followed by a combining accent Swift sees one
  /// character that is no quotation mark, while a browser sees the quotation mark. Characters that HTML does
  /// not allow, and those that turn the direction of the text around them, become the replacement character.
  static func escaped(_ text: String) -> String {
    // Nearly all text, and pictures of many megabytes, are made of letters that stand for themselves.
    guard !text.utf8.allSatisfy(isPlain) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "'": result.append(contentsOf: "&#39;".unicodeScalars)
      case "`": result.append(contentsOf: "&#96;".unicodeScalars)
      case "\n", "\t": result.append(scalar)
      default: result.append(isUnwanted(scalar.value) ? "\u{FFFD}" : scalar)
      }
    }
    return String(result)
  }

  /// Whether a byte is an ASCII character that can stand as it is.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x22, 0x26, 0x27, 0x3C, 0x3E, 0x60: false
    default: (0x20..<0x7F).contains(byte) || byte == 0x0A || byte == 0x09
    }
  }

  private static func isUnwanted(_ value: UInt32) -> Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0: true
    case 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    case 0xFDD0...0xFDEF: true
    default: value & 0xFFFE == 0xFFFE
    }
  }
}
