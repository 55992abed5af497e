/// A strict parser for a safetensors header: the JSON the format allows and nothing more. It does not
/// recurse, refuses repeated keys and reads whole numbers exactly, none of which general parsers promise.
struct HeaderParser {
  /// One tensor's entry.
  struct Entry {
    let name: String
    var type = ""
    var shape: [Int] = []
    /// The tensor's bytes, from the start of the data.
    var begin = 0
    var end = 0
  }

  private(set) var entries: [Entry] = []
  private(set) var metadata: [String: String] = [:]

  private let file: CheckpointFile
  private let bytes: [UInt8]
  /// Where the header starts in the file, for messages.
  private let base: Int
  private var position = 0

  /// Parses the header in `range` of the file.
  ///
  /// - Throws: `CheckpointError.headerSyntax` or `.headerDuplicateKey`.
  init(_ file: CheckpointFile, range: Range<Int>) throws {
    self.file = file
    bytes = file.withBytes(of: range) { Array($0) }
    base = range.lowerBound
    try parse()
  }

  private mutating func parse() throws {
    guard bytes.first == UInt8(ascii: "{") else { throw syntax("{ as the first byte") }
    try object { parser, key in
      if key == SafeTensors.metadataKey {
        try parser.parseMetadata()
      } else {
        try parser.parseEntry(named: key)
      }
    }
    guard bytes[position...].allSatisfy({ $0 == UInt8(ascii: " ") }) else {
      throw syntax("nothing but spaces after the last }")
    }
  }

  private mutating func parseMetadata() throws {
    try object { parser, key in parser.metadata[key] = try parser.string() }
  }

  private mutating func parseEntry(named name: String) throws {
    var entry = Entry(name: name)
    var fields: Set<String> = []
    try object { parser, key in
      fields.insert(key)
      switch key {
      case "dtype": entry.type = try parser.string()
      case "shape": entry.shape = try parser.numbers(atMost: TensorLayout.largestRank)
      case "data_offsets":
        let offsets = try parser.numbers(atMost: 2)
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
          throw parser.syntax("two data offsets in order")
        }
        (entry.begin, entry.end) = (offsets[0], offsets[1])
      default: throw parser.syntax("dtype, shape or data_offsets as the key")
      }
    }
    guard fields.count == 3 else { throw syntax("dtype, shape and data_offsets for each tensor") }
    entries.append(entry)
  }

  // MARK: - JSON

  /// Reads an object; `member` reads each value.
  private mutating func object(_ member: (inout HeaderParser, String) throws -> Void) throws {
    try expect("{")
    var keys: Set<[UInt8]> = []
    if take("}") { return }
    repeat {
      let key = try string()
      guard keys.insert(Array(key.utf8)).inserted else {
        throw CheckpointError.headerDuplicateKey(path: file.path, key: key)
      }
      try expect(":")
      try member(&self, key)
    } while take(",")
    try expect("}")
  }

  private mutating func numbers(atMost limit: Int) throws -> [Int] {
    try expect("[")
    var numbers: [Int] = []
    if take("]") { return numbers }
    repeat {
      guard numbers.count < limit else { throw syntax("at most \(limit) numbers in a list") }
      numbers.append(try number())
    } while take(",")
    try expect("]")
    return numbers
  }

  /// A whole number that is not negative, without sign, fraction, exponent or leading zero.
  private mutating func number() throws -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
      let (scaled, scaleOverflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = scaled.addingReportingOverflow(Int(bytes[position] - UInt8(ascii: "0")))
      guard !scaleOverflow, !overflow else { throw syntax("a number below 2⁶³") }
      value = sum
      position += 1
    }
    let isPadded = position - start > 1 && bytes[start] == UInt8(ascii: "0")
    guard position > start, !isPadded else { throw syntax("a whole number that is not negative") }
    return value
  }

  private mutating func string() throws -> String {
    try expect("\"")
    var content: [UInt8] = []
    while true {
      let byte = try next("the end of a string")
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else { throw syntax("UTF-8 text") }
        return text
      case UInt8(ascii: "\\"): content.append(contentsOf: try escape())
      case 0..<0x20: throw syntax("no control character in a string")
      default: content.append(byte)
      }
    }
  }

  private mutating func escape() throws -> [UInt8] {
    let code = try next("an escape sequence")
    switch code {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [code]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var units = [try codeUnit()]
      if UTF16.isLeadSurrogate(units[0]) {
        guard try next("a second surrogate") == UInt8(ascii: "\\"),
          try next("a second surrogate") == UInt8(ascii: "u")
        else { throw syntax("a second surrogate") }
        units.append(try codeUnit())
      }
      guard let text = String(validating: units, as: UTF16.self) else { throw syntax("paired surrogates") }
      return Array(text.utf8)
    default: throw syntax("an escape sequence of JSON")
    }
  }

  private mutating func codeUnit() throws -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      let digit = Character(Unicode.Scalar(try next("four hexadecimal digits")))
      guard digit.isASCII, let value = digit.hexDigitValue else { throw syntax("four hexadecimal digits") }
      unit = unit << 4 | UInt16(value)
    }
    return unit
  }

  private mutating func next(_ expected: String) throws -> UInt8 {
    guard position < bytes.count else { throw syntax(expected) }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  /// Steps over one character, spaces before it included, if it comes next.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard take(character) else { throw syntax(String(character)) }
  }

  private func syntax(_ expected: String) -> CheckpointError {
    .headerSyntax(path: file.path, offset: base + position, expected: expected)
  }
}
