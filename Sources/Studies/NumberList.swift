/// Numbers in one column: in order, with spaces between; `-` where there is none.
enum NumberList {
  static func text<Number: LosslessStringConvertible>(_ numbers: [Number]) -> String {
    numbers.map { String($0) }.joined(separator: " ")
  }

  static func text<Number: LosslessStringConvertible>(_ numbers: [Number?]) -> String {
    numbers.map { $0.map { String($0) } ?? "-" }.joined(separator: " ")
  }

  static func numbers<Number: LosslessStringConvertible>(_ text: String) throws -> [Number] {
    try text.split(separator: " ").map { word in
      guard let number = Number(String(word)) else { throw MalformedRow() }
      return number
    }
  }

  static func optionals<Number: LosslessStringConvertible>(_ text: String) throws -> [Number?] {
    try text.split(separator: " ").map { word in
      if word == "-" { return nil }
      guard let number = Number(String(word)) else { throw MalformedRow() }
      return number
    }
  }

  /// Whole numbers, of which large studies hold millions: digit by digit, without a string for each.
  static func integers(_ text: String) throws -> [Int] {
    var text = text
    return try text.withUTF8 { bytes in
      var numbers: [Int] = []
      var place = bytes.startIndex
      while place < bytes.endIndex {
        if bytes[place] == UInt8(ascii: " ") {
          place += 1
          continue
        }
        let isNegative = bytes[place] == UInt8(ascii: "-")
        if isNegative { place += 1 }
        var (number, digits) = (0, 0)
        while place < bytes.endIndex, bytes[place] != UInt8(ascii: " ") {
          let digit = Int(bytes[place]) - Int(UInt8(ascii: "0"))
          let (tenfold, isLarge) = number.multipliedReportingOverflow(by: 10)
          let (next, isLarger) = tenfold.addingReportingOverflow(digit)
          guard (0...9).contains(digit), !isLarge, !isLarger else { throw MalformedRow() }
          number = next
          digits += 1
          place += 1
        }
        guard digits > 0 else { throw MalformedRow() }
        numbers.append(isNegative ? -number : number)
      }
      return numbers
    }
  }
}
